import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandProblem } from '../command/problem.ts';
import { accountId, awsEnvironment, cleanEnvironment, region } from './environment.ts';
import { ended, killGroup } from './processes.ts';

export interface CdkOptions {
  /** The AWS endpoint to deploy to. */
  readonly endpoint: string;
  /** Contains the logs, the synthesised app (`cdk.out`) and its outputs. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  /** Prints everything that cdk prints. */
  readonly verbose?: boolean | undefined;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'node_modules/.bin/cdk');
const quiet = ['--no-notices', '--no-color'];

/** Prepares the account, as `cdk bootstrap` does in AWS. */
export function bootstrap(options: CdkOptions): Promise<void> {
  // Runs outside the project, so that cdk does not run the app for it.
  return run('bootstrap', [`aws://${accountId}/${region}`, ...quiet], options, options.directory);
}

/**
 * Writes the app's templates and assets to `cdk.out`.
 *
 * @param context what the app reads with `tryGetContext`
 * @param app the app's command, when it is not the one of `cdk.json`
 */
export function synth(context: Readonly<Record<string, string>>, app: string | undefined, options: CdkOptions) {
  const values = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const output = ['--output', join(options.directory, 'cdk.out')];
  return run('synth', ['--quiet', ...(app ? ['--app', app] : []), ...values, ...output, ...quiet], options, root);
}

/** Deploys every stack of `cdk.out`; returns all their outputs in one map. */
export async function deploy(options: CdkOptions): Promise<Record<string, string>> {
  const outputsFile = join(options.directory, 'outputs.json');
  const source = ['--app', join(options.directory, 'cdk.out'), '--all'];
  const manner = ['--require-approval', 'never', '--method', 'direct', '--concurrency', '8', '--progress', 'events'];
  await run('deploy', [...source, ...manner, '--outputs-file', outputsFile, ...quiet], options, options.directory);
  const stacks: Record<string, Record<string, string>> = JSON.parse(await readFile(outputsFile, 'utf8'));
  return Object.assign({}, ...Object.values(stacks));
}

async function run(command: string, args: string[], options: CdkOptions, cwd: string): Promise<void> {
  options.signal?.throwIfAborted();
  const logFile = join(options.directory, `cdk-${command}.log`);
  const log = options.verbose ? 'inherit' : openSync(logFile, 'w');
  const environment = { ...cleanEnvironment(), ...awsEnvironment(options.endpoint), CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const child = spawn(program, [command, ...args], {
    cwd,
    env: environment,
    stdio: ['ignore', log, log],
    detached: true,
  });
  if (typeof log === 'number') closeSync(log);
  const abort = () => killGroup(child);
  options.signal?.addEventListener('abort', abort);
  const outcome = await ended(child);
  options.signal?.removeEventListener('abort', abort);
  options.signal?.throwIfAborted();
  if (outcome === 0) return;
  const excerpt = options.verbose ? '' : `\n${await errors(logFile)}\nAll of it: ${relative(root, logFile)}`;
  throw new CommandProblem(`cdk ${command} failed (${outcome}).${excerpt}`);
}

/** The lines that describe the error: those that cdk marks, or the last lines that the app printed. */
async function errors(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.trim());
  const marked = lines.filter((line) => /❌|_FAILED/.test(line));
  return (marked.length > 0 ? marked : lines).slice(-12).join('\n');
}
