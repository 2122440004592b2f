import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let clone: string;
let programs: string;

/** A clone with installed packages, on a machine that has only the given programs. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'clone-'));
  programs = join(clone, 'programs');
  mkdirSync(programs);
  for (const file of [
    ...['bin/setup.mjs', 'lib/local/requirements.txt', 'test/requirements.txt'],
    ...['package-lock.json', 'package.json'],
  ]) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(root, file), join(clone, file));
  }
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

function setup(...args: string[]): SpawnSyncReturns<string> {
  const env = { PATH: programs, npm_lifecycle_event: 'prestart' };
  return spawnSync(process.execPath, ['bin/setup.mjs', ...args], { cwd: clone, env, encoding: 'utf8' });
}

test('says how to get Python when there is none', () => {
  const { status, stderr } = setup();
  expect(stderr).toBe(
    'No Python was found on the PATH, and the AWS emulator needs Python 3.10 or newer: install it ' +
      '(https://www.python.org/downloads, "brew install python" or "apt install python3 python3-venv") and run ' +
      '"npm start" again.\n',
  );
  expect(status).toBe(1);
});

test('says how to get a newer Python when it is too old', () => {
  program('python3', 'echo 3.9');
  const { status, stderr } = setup();
  expect(stderr).toMatch(/^Python 3\.9 is too old, and the AWS emulator needs Python 3\.10 or newer: .* again\.\n$/);
  expect(status).toBe(1);
});

test('says how to get the venv module when Debian left it out', () => {
  program('python3', 'case "$2" in *ensurepip*) exit 1;; *) echo 3.13;; esac');
  expect(setup().stderr).toMatch(/^Python 3\.13 has no venv module, .*"apt install python3-venv".* again\.\n$/);
});

test('says that the network is missing', () => {
  program(
    'python3.12',
    `case "$2" in import*) echo 3.12;; *) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";; esac
[ "$2" = pip ] && echo "WARNING: Retrying (Retry(total=1)) after connection broken by NewConnectionError" >&2 && exit 1; exit 0`,
  );
  const { status, stderr } = setupWithTools();
  expect(stderr).toBe(
    'The Python package index did not answer: connect to the network (or set its proxy) and run "npm start" again.\n',
  );
  expect(status).toBe(1);
});

describe('programs that tests drive', () => {
  /** A Python that installs the emulator, and runs `script` to install the programs of tests. */
  const pythonThat = (script: string) =>
    program(
      'python3.12',
      `case "$2" in import*) echo 3.12;; *) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";; esac
case "$*" in *test/requirements*) ${script};; esac; exit 0`,
    );
  const skipped = () => join(clone, '.local/venv/tests-skipped');

  test('are installed for the tests alone, and once', () => {
    pythonThat('echo "$@" >> "$0.asked"');
    for (const args of [[], ['--tests'], ['--tests']]) expect(setupWithTools(...args).status).toBe(0);
    const asked = readFileSync(join(clone, '.local/venv/bin/python.asked'), 'utf8').trim().split('\n');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('--only-binary=:all:');
    expect(existsSync(skipped())).toBe(false);
  });

  test('that have no wheel for this machine are reported, without a failure', () => {
    pythonThat('echo "ERROR: No matching distribution found for pyogrio==0.13.0" >&2; exit 1');
    const { status, stdout } = setupWithTools('--tests');
    expect(stdout).toMatch(/pyogrio==0\.13\.0 has no wheel for this machine \(.+\)\. Tests that need it are skipped\./);
    expect(readFileSync(skipped(), 'utf8')).toMatch(/^pyogrio==0\.13\.0 has no wheel/);
    expect(status).toBe(0);
  });

  test.each([
    ['ERROR: No space left on device', /^pip install failed \(ERROR: No space left on device\)/],
    ['connection broken\nERROR: No matching distribution found for pyogrio==0.13.0', /did not answer/],
  ])('that are not installed for another reason are a failure: %s', (output, expected) => {
    pythonThat(`printf '${output}' >&2; exit 1`);
    const { status, stderr } = setupWithTools('--tests');
    expect(stderr).toMatch(expected);
    expect(status).toBe(1);
  });
});

test('needs no Python when it is not asked for the emulator, and is silent when there is nothing to do', () => {
  expect(setup('--no-emulator')).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test('reads npm’s failure to reach its registry', () => {
  rmSync(join(clone, 'node_modules'));
  program('npm', 'echo "npm error code ENOTFOUND" >&2; exit 1');
  const { status, stderr } = setup();
  expect(stderr).toBe(
    'The npm registry did not answer: connect to the network (or set its proxy) and run "npm start" again.\n',
  );
  expect(status).toBe(1);
});

/** The replacement for Python needs mkdir and cp. */
function setupWithTools(...args: string[]): SpawnSyncReturns<string> {
  for (const tool of ['mkdir', 'cp']) program(tool, `exec /bin/${tool} "$@"`);
  return setup(...args);
}
