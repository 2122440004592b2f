import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The steps of `npm run check` and `npm test`. Each is a command of the project's own tools. */

export interface Step {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it is a test run, whose tests are counted. */
  readonly counts?: true;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tests of some projects of `test/vitest.config.ts`. */
const tests = (title: string, ...projects: readonly string[]): Step => ({
  title,
  command: 'vitest',
  args: ['run', '--config', 'test/vitest.config.ts', ...projects.flatMap((project) => ['--project', project])],
  counts: true,
});

/** All steps that need no stack. */
export const checkSteps: readonly Step[] = [
  { title: 'Types', command: 'tsc', args: ['--noEmit'] },
  { title: 'Format and lint', command: 'biome', args: ['ci', '--error-on-warnings', '--colors=off'] },
  { title: 'Unused code', command: 'knip', args: ['--config', 'lib/checks/knip.json'] },
  { title: 'Synth and cdk-nag', command: 'cdk', args: ['synth', '--quiet', '-c', 'stage=prod'] },
  tests('Tests without a stack', 'unit', 'mocking', 'routes'),
];

/** Steps that take a minute or longer. */
export const longSteps: readonly Step[] = [
  tests('Thorough and slow tests', 'thorough'),
  tests('Processor time', 'timed'),
  tests('Generated clients', 'clients'),
  tests('Tests on a deployed local stack', 'alone', 'stack'),
];

/**
 * Runs all steps, even if some fail, and adds up the results. Those without tests run together, since each of them uses
 * one core for most of its time; test runs, which use all cores, follow one after another.
 */
export async function runSteps(steps: readonly Step[]): Promise<Counts> {
  const counts = await Promise.all(steps.filter((step) => !step.counts).map(runStep));
  for (const step of steps.filter((one) => one.counts)) counts.push(await runStep(step));
  const sum = (of: keyof Counts) => counts.reduce((total, count) => total + count[of], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}

async function runStep(step: Step): Promise<Counts> {
  const begin = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-check-'));
  const report = join(directory, 'report.json');
  const reporters = step.counts ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const code = await run(step.command, [...step.args, ...reporters], step.counts ? 'live' : 'at the end');
  const counts = step.counts ? readCounts(report, code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  rmSync(directory, { recursive: true, force: true });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${counts.failed === 0 ? '✓' : '✗'} ${step.title} (${seconds} s)`);
  return counts;
}

/** A run that failed without a failed test (because a file does not load, for example) counts as one failure. */
function readCounts(report: string, code: number): Counts {
  try {
    const { numPassedTests: passed, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed, failed: code === 0 ? numFailedTests : Math.max(1, numFailedTests) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** @param shown when its output is shown; of several that run together, each at its end */
function run(command: string, args: readonly string[], shown: 'live' | 'at the end'): Promise<number> {
  return new Promise((resolve) => {
    const output = shown === 'live' ? 'inherit' : 'pipe';
    const child = spawn(join(root, 'node_modules/.bin', command), args, {
      cwd: root,
      stdio: ['ignore', output, output],
    });
    const kept: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => kept.push(chunk));
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(kept));
      resolve(code ?? 1);
    });
  });
}

/** Prints the closing line and sets the exit code. */
export function close({ passed, failed }: Counts): void {
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
