import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNothing } from '../../lib/command/arguments.ts';
import { CommandProblem } from '../../lib/command/problem.ts';
import { runCommand } from '../../lib/command/run.ts';
import { type Fault, faults } from './faults.ts';

/**
 * `npm run test:mutations`: plants one fault after another in a copy of the project and runs the suite that must detect
 * it. A suite that still passes does not prove what its title says.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['bin', 'lib', 'functions', 'shared', 'test', 'package.json', 'tsconfig.json', 'cdk.json'];

function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'hexfence-mutations-'));
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

interface Outcome {
  readonly green: boolean;
  readonly output: string;
}

/** Runs suites in the copy, up to the first test that fails. */
function run(copy: string, suites: readonly string[]): Promise<Outcome> {
  const args = [
    'run',
    '--config',
    'test/vitest.config.ts',
    '--project',
    'routes',
    '--project',
    'unit',
    '--bail',
    '1',
    ...suites,
  ];
  const child = spawn(join(root, 'node_modules/.bin/vitest'), args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ green: code === 0, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Makes the edits of a fault; returns a function that undoes them. */
function plant(copy: string, { title, edits }: Fault): () => void {
  const before = new Map<string, string>();
  for (const { file, find, write } of edits) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) {
      throw new CommandProblem(
        `"${title}" cannot be planted: ${file} does not hold "${find}" once. Mend test/mutations/faults.ts.`,
      );
    }
    if (!before.has(path)) before.set(path, text);
    writeFileSync(
      path,
      text.replace(find, () => write),
    );
  }
  return () => {
    for (const [path, text] of before) writeFileSync(path, text);
  };
}

/** A suite that cannot even be loaded has not detected the fault. */
const detected = ({ green, output }: Outcome): boolean => !green && /Tests .*\d+ failed/.test(output);

/** Plants every fault in turn; returns how many were not detected. */
async function plantAll(copy: string): Promise<number> {
  const untouched = await run(copy, [...new Set(faults.map(({ suite }) => suite))]);
  if (!untouched.green)
    throw new CommandProblem(`The suites are red before anything was planted:\n${untouched.output}`);
  let missed = 0;
  for (const fault of faults) {
    const takeBack = plant(copy, fault);
    const outcome = await run(copy, [fault.suite]);
    takeBack();
    console.log(`${detected(outcome) ? '✓ detected' : '✗ NOT detected'}: ${fault.title} (${fault.suite})`);
    if (detected(outcome)) continue;
    missed += 1;
    if (!outcome.green) console.log(outcome.output);
  }
  return missed;
}

await runCommand(async () => {
  readNothing('npm run test:mutations\n  Plants faults in a copy of the project; a suite must detect each.');
  const copy = copyProject();
  try {
    const missed = await plantAll(copy);
    console.log(`\n${faults.length - missed} detected, ${missed} missed`);
    process.exitCode = missed === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
