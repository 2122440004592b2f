import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The steps of `npm run check` and `npm test`. Each is a command of the project's own tools. */

export interface Step {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it is a test run, whose tests are counted. */
  readonly counts?: true;
  /** Takes only the processor time that the steps beside it leave. */
  readonly isAside?: true;
}

/** Steps that run together. */
export type Wave = readonly Step[];

/** The result of a run of steps. */
export interface Outcome {
  readonly passed: number;
  /** One text per failure: where it happened, and the beginning of its message. */
  readonly failures: readonly string[];
}

/** The parts of Vitest's JSON report that are read here. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tests of some projects of `test/vitest.config.ts`. */
const tests = (title: string, ...projects: readonly string[]): Step => ({
  title,
  command: 'vitest',
  args: ['run', '--config', 'test/vitest.config.ts', ...projects.flatMap((project) => ['--project', project])],
  counts: true,
});

/** Tests leave a seventh of two cores idle, and these use it. */
const withoutTests: readonly Step[] = [
  { title: 'Types', command: 'tsc', args: ['--noEmit'] },
  { title: 'Format and lint', command: 'biome', args: ['ci', '--error-on-warnings', '--colors=off'] },
  { title: 'Unused code', command: 'knip', args: ['--config', 'lib/checks/knip.json'] },
  { title: 'Synth and cdk-nag', command: 'cdk', args: ['synth', '--quiet', '-c', 'stage=prod'] },
];
const quick = ['unit', 'mocking', 'routes'];

/** `npm run check`: all steps that need no stack, with a tenth of the thorough suites. */
export const checkWaves: readonly Wave[] = [[tests('Tests without a stack', ...quick, 'sampled'), ...withoutTests]];

/**
 * `npm test`. A stack leaves half of two cores idle: the emulator does one thing at a time, and some of its tests wait
 * for deadlines.
 */
export const testWaves: readonly Wave[] = [
  [tests('Tests without a stack', ...quick), ...withoutTests],
  [tests('Processor time', 'timed')],
  [
    tests('Tests on a deployed local stack', 'alone', 'stack'),
    { ...tests('Thorough and slow tests', 'thorough'), isAside: true },
    { ...tests('Generated clients', 'clients'), isAside: true },
  ],
];

/** Runs the steps of a wave together, and one wave after another, even if some fail; adds up the results. */
export async function runWaves(waves: readonly Wave[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const wave of waves) outcomes.push(...(await Promise.all(wave.map(runStep))));
  return {
    passed: outcomes.reduce((total, outcome) => total + outcome.passed, 0),
    failures: outcomes.flatMap((outcome) => outcome.failures),
  };
}

async function runStep(step: Step): Promise<Outcome> {
  const begin = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-check-'));
  const report = join(directory, 'report.json');
  const reporters = step.counts ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const code = await run(step, reporters);
  const outcome = readOutcome(step, code, report);
  rmSync(directory, { recursive: true, force: true });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${outcome.failures.length === 0 ? '✓' : '✗'} ${step.title} (${seconds} s)`);
  return outcome;
}

/** A run that failed without a failed test (because a file does not load, for example) counts as one failure. */
function readOutcome(step: Step, code: number, reportFile: string): Outcome {
  const whole = [`${step.title}: ${step.command} ended with exit code ${code}`];
  if (!step.counts) return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: whole };
  try {
    const report: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
    const failures = failuresOf(report);
    return { passed: report.numPassedTests, failures: failures.length > 0 || code === 0 ? failures : whole };
  } catch {
    return { passed: 0, failures: whole };
  }
}

function failuresOf(report: Report): string[] {
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0 && message) return [`${file}\n${beginningOf(message)}`];
    return failed.map(({ fullName, failureMessages }) =>
      [`${file}: ${fullName}`, ...(failureMessages ?? []).map(beginningOf)].join('\n'),
    );
  });
}

/** The first lines of a message, indented. */
const beginningOf = (message: string) =>
  stripVTControlCharacters(message)
    .split('\n')
    .slice(0, 12)
    .map((line) => `    ${line}`)
    .join('\n');

/** Steps run together, so only a test run that is not aside prints at once; other output is shown when a step ends. */
function run({ command, args, counts, isAside }: Step, reporters: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const output = counts && !isAside ? 'inherit' : 'pipe';
    const child = spawn(join(root, 'node_modules/.bin', command), [...args, ...reporters], {
      cwd: root,
      stdio: ['ignore', output, output],
    });
    if (isAside && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    const kept: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => kept.push(chunk));
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(kept));
      resolve(code ?? 1);
    });
  });
}

/** Prints all failures again, since a long output hides them, and the closing line; sets the exit code. */
export function close({ passed, failures }: Outcome): void {
  if (failures.length > 0) console.log(['\nWhat failed:', ...failures].join('\n\n'));
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
