/**
 * Prepares a fresh clone: installs the packages of the lockfile and, in `.local/venv`, the AWS emulator; with `--tests`
 * also the programs that tests use. It runs before node_modules exists, so it is plain JavaScript for any Node.js,
 * without a dependency. It prints nothing when there is nothing to do.
 *     node bin/setup.mjs [--no-emulator | --tests]
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const venv = join(root, '.local/venv');
const commands = { precheck: 'npm run check', prefuzz: 'npm run fuzz', pretest: 'npm test' };
const command = commands[process.env.npm_lifecycle_event] || 'npm start';
const pythonAdvice =
  'install it (https://www.python.org/downloads, "brew install python" or "apt install python3 python3-venv")';
const isOffline =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|connection broken|NewConnectionError|NameResolutionError|Max retries|timed out|ProxyError/;

/** An error that the reader can fix. Its message is one sentence that says how. */
class Problem extends Error {}

let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (child) killGroup(child.pid);
    process.exit(130);
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

/** The npm script's PATH starts with node_modules/.bin, whose `node` vanishes while npm replaces it. */
function environment() {
  const path = (process.env.PATH || '').split(delimiter).filter((folder) => !/node_modules[\\/]\.bin/.test(folder));
  return { ...process.env, PATH: path.join(delimiter) };
}

function run(program, args) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child = spawn(program, args, { cwd: root, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function step(title, work) {
  const begin = Date.now();
  console.log(`  ${title} …`);
  await work();
  console.log(`  ${title}: done in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
}

function firstError(output) {
  const lines = output.split('\n').filter((line) => line.trim());
  const telling = lines.filter(
    (line) => /error/i.test(line) && !/error (code|errno|syscall|path)|complete log/.test(line),
  );
  return (telling.concat(lines)[0] || 'no output').trim();
}

function refuse(what, from, output) {
  if (isOffline.test(output)) {
    return new Problem(`${from} did not answer: connect to the network (or set its proxy) and run "${command}" again.`);
  }
  return new Problem(`${what} failed (${firstError(output)}): fix this and run "${command}" again.`);
}

function checkMachine() {
  if (process.platform === 'win32') {
    throw new Problem(`Windows is supported through WSL: run "${command}" in a WSL shell.`);
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Problem(
      `Node.js ${process.versions.node} is too old: install Node.js 20 or newer (https://nodejs.org) and run "${command}" again.`,
    );
  }
}

/** Compares the lockfile with npm's own record, so that nothing is installed again after a developer's `npm install`. */
function packagesAreInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record) || !existsSync(join(root, 'node_modules/.bin/node'))) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version && found.integrity === integrity : Boolean(optional);
  });
}

/** Installs the lockfile's packages; never with `npm ci` over others, as it removes node_modules under running programs. */
async function installPackages() {
  // Without a network the install would retry each package for minutes.
  const ping = await run('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=20000', '--loglevel=error']);
  if (ping.code !== 0 && isOffline.test(ping.output)) throw refuse('npm ping', 'The npm registry', ping.output);
  const install = existsSync(join(root, 'node_modules')) ? ['install', '--no-save'] : ['ci'];
  const { code, output } = await run('npm', [...install, '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw refuse(`npm ${install[0]}`, 'The npm registry', output);
  const node = await run(join(root, 'node_modules/.bin/node'), ['--version']);
  if (node.code !== 0) {
    throw new Problem(
      `npm did not install the project's own Node.js: allow install scripts ("npm config delete ignore-scripts") and run "${command}" again.`,
    );
  }
}

async function findPython() {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
  const print = 'import sys; print("%d.%d" % sys.version_info[:2])';
  let tooOld;
  let bare;
  for (const name of [process.env.PYTHON, ...names].filter(Boolean)) {
    const { code, output } = await run(name, ['-c', print]);
    const [, major, minor] = /^(\d+)\.(\d+)\s*$/.exec(output) || [];
    if (code !== 0 || !major) continue;
    if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 10)) tooOld = tooOld || `${major}.${minor}`;
    else if ((await run(name, ['-c', 'import venv, ensurepip'])).code === 0) return name;
    else bare = bare || `${major}.${minor}`;
  }
  if (bare) {
    throw new Problem(
      `Python ${bare} has no venv module, which is needed to install the AWS emulator: use "apt install python3-venv" (or its equivalent on your system) and run "${command}" again.`,
    );
  }
  const found = tooOld ? `Python ${tooOld} is too old` : 'No Python was found on the PATH';
  throw new Problem(
    `${found}, and the AWS emulator needs Python 3.10 or newer: ${pythonAdvice} and run "${command}" again.`,
  );
}

function pipInstall(requirements, binaries) {
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--retries', '2'];
  return run(join(venv, 'bin/python'), [...args, binaries, '-r', join(root, requirements)]);
}

async function installEmulator(requirements) {
  const python = await findPython();
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(join(root, '.local'), { recursive: true });
  const made = await run(python, ['-m', 'venv', venv]);
  if (made.code !== 0) throw refuse(`${python} -m venv`, 'The Python package index', made.output);
  const { code, output } = await pipInstall(requirements, '--prefer-binary');
  if (code !== 0) throw refuse('pip install', 'The Python package index', output);
}

/** Where a kind of machine has no wheels of these programs, their tests are skipped. `tests-skipped` holds the reason. */
async function installTestPrograms(requirements) {
  const skipped = join(venv, 'tests-skipped');
  rmSync(skipped, { force: true });
  const { code, output } = await pipInstall(requirements, '--only-binary=:all:');
  if (code === 0) return;
  const [, missing] = /No matching distribution found for (\S+)/.exec(output) || [];
  if (!missing || isOffline.test(output)) throw refuse('pip install', 'The Python package index', output);
  const reason = `${missing} has no wheel for this machine (${process.platform}, ${process.arch}, its Python).`;
  writeFileSync(skipped, reason);
  console.log(`  ${reason} Tests that need it are skipped.`);
}

/** Installs once for each version of the requirements. */
async function ensure(title, requirements, stampName, install) {
  const stamp = join(venv, stampName);
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, requirements)))
    .digest('hex');
  const isReady = existsSync(join(venv, 'bin/python')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isReady) return;
  await step(title, () => install(requirements));
  writeFileSync(stamp, wanted);
}

async function main() {
  checkMachine();
  if (!packagesAreInstalled()) await step('Installing packages (npm)', installPackages);
  const isGivenAnEndpoint = process.env.npm_lifecycle_event === 'prestart' && process.env.AWS_ENDPOINT_URL;
  if (process.argv.includes('--no-emulator') || isGivenAnEndpoint) return;
  await ensure('Installing the AWS emulator (Python)', 'lib/local/requirements.txt', 'installed', installEmulator);
  if (!process.argv.includes('--tests')) return;
  await ensure('Installing GDAL for tests (Python)', 'test/requirements.txt', 'installed-tests', installTestPrograms);
}

main().catch((error) => {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = 1;
});
