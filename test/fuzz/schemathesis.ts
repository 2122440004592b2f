import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandProblem } from '../../lib/command/problem.ts';

/** Schemathesis (PyPI) in a venv of its own, `.local/fuzz`, beside that of the emulator, whose Python it is made with. */

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const venv = file('../../.local/fuzz');
const requirements = file('requirements.txt');

interface Ended {
  readonly code: number;
  readonly output: string;
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

async function must(what: string, program: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(program, args);
  if (code === 0) return;
  const reason = output.trim().split('\n').at(-1);
  throw new CommandProblem(`${what} failed (${reason}): mend that and run "npm run fuzz" again.`);
}

/** Installs it once for each version of its requirements. */
export async function installSchemathesis(): Promise<void> {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const stamp = `${venv}/installed`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('  Installing Schemathesis (Python) …');
  rmSync(venv, { recursive: true, force: true });
  await must('Making a venv', file('../../.local/venv/bin/python'), ['-m', 'venv', venv]);
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '2', '--prefer-binary'];
  await must('pip install', `${venv}/bin/python`, ['-m', 'pip', 'install', ...quietly, '-r', requirements]);
  writeFileSync(stamp, wanted);
}

/** One run: which operations are called, how, and by whom. */
export interface FuzzRun {
  readonly title: string;
  /** The header that says who calls, as `Name: value`. */
  readonly credential: string;
  readonly phases: readonly ('examples' | 'coverage' | 'fuzzing' | 'stateful')[];
  /** Their operation ids. */
  readonly operations: readonly string[];
}

export interface FuzzOptions {
  /** The URL of the deployment. */
  readonly url: string;
  readonly seed: number;
  /** Requests for each operation in the phase `fuzzing`, and sequences in `stateful`. */
  readonly maxExamples: number;
}

/** Runs it with all checks and with its report on the terminal; returns whether all checks passed. */
export async function fuzz(
  { credential, phases, operations }: FuzzRun,
  { url, seed, maxExamples }: FuzzOptions,
): Promise<boolean> {
  const args = [
    ...['--config-file', file('schemathesis.toml'), 'run', `${url}/specs/openapi-latest.json`],
    ...['--header', credential, '--phases', phases.join(',')],
    ...['--checks', 'all', '--exclude-checks', 'positive_data_acceptance,negative_data_rejection'],
    ...['--seed', String(seed), '--max-examples', String(maxExamples), '--no-color', '--warnings', 'off'],
    ...operations.flatMap((id) => ['--include-operation-id', id]),
  ];
  // Its hooks are imported by their path. It writes files, such as `.hypothesis`, into the folder in which it is called.
  const { FORCE_COLOR: _, ...own } = process.env;
  const env = { ...own, SCHEMATHESIS_HOOKS: file('hooks.py'), PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(`${venv}/bin/schemathesis`, args, { stdio: ['ignore', 'inherit', 'inherit'], env, cwd: venv });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}
