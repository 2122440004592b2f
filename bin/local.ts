/** Runs the local stack until it is ended: `npm start`. `usage` lists the settings. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { misused, readArguments, readPort } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { explain } from '../lib/command/run.ts';
import { seedDemo } from '../lib/demo/seed.ts';
import { startDemoDrive } from '../lib/device/demo-drive.ts';
import { runAlone } from '../lib/local/alone.ts';
import { keptSeed, openState } from '../lib/local/kept.ts';
import { printSteps } from '../lib/local/progress.ts';
import { type LocalStack, startStack } from '../lib/local/stack.ts';
import { driving, welcome } from '../lib/local/welcome.ts';

const directory = fileURLToPath(new URL('../.local', import.meta.url));
const factsFile = join(directory, 'stack.json');

const usage = `npm start [-- [--port <number>] [--keep] [--drive]]
  The whole platform on this machine, with a demo workspace, until Ctrl-C.

  --port <number>   of the API; 4600 if not given. PORT does the same.
  --drive           have a device drive through the demo workspace
  --keep            keep all data in .local/state, and use the data that is there. Remove that folder to start afresh.

  AWS_ENDPOINT_URL  deploy to this LocalStack-compatible endpoint, in place of an emulator of our own
  GATEWAY_HOST      this machine as containers at that endpoint see it
  VERBOSE           show all that cdk prints`;

const quit = new AbortController();
// Ctrl-C reaches npm and this process, and npm passes it on, so it may arrive twice.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => quit.abort());
endWithNpm();

process.exitCode = await main().catch((error: unknown) => {
  if (quit.signal.aborted && !(error instanceof CommandProblem)) return 130;
  return explain(error);
});
process.exit();

function readSettings() {
  const { values, positionals } = readArguments(usage, {
    port: { type: 'string' },
    keep: { type: 'boolean' },
    drive: { type: 'boolean' },
  });
  const taken = ['port', 'keep', 'drive'].find((name) => process.env[`npm_config_${name}`] !== undefined);
  if (taken) throw misused(usage, `npm took --${taken} for an option of its own: write "npm start -- --${taken}".`);
  if (positionals.length > 0) throw misused(usage, `Unexpected argument "${positionals[0]}".`);
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (values.keep && endpoint)
    throw new CommandProblem(
      '--keep works only with the emulator that npm start runs, and AWS_ENDPOINT_URL names another one: omit one of the two.',
    );
  // Two ports above it are used too, if they are free.
  const port = readPort(values.port ?? (process.env.PORT || '4600'), { usual: 4600, most: 65_533 });
  return { port, keep: values.keep === true, drives: values.drive === true, endpoint };
}

async function main(): Promise<number> {
  const begin = performance.now();
  const { port, keep, drives, endpoint } = readSettings();
  await runAlone(
    directory,
    `A local stack is already running in this clone${whereItIs()}: end it first, or start a second one in another clone.`,
  );
  const state = keep ? openState(join(directory, 'state')) : undefined;
  const stack = await startStack({
    directory,
    port,
    seed: state ? keptSeed(state, seedDemo) : (deployed) => seedDemo(deployed),
    state,
    endpoint,
    gatewayHost: process.env.GATEWAY_HOST,
    verbose: Boolean(process.env.VERBOSE),
    progress: printSteps(process.stdout),
    tell: (line) => console.log(`  ${line}`),
    signal: quit.signal,
  }).catch((error: unknown) => {
    if (!(state && error instanceof CommandProblem)) throw error;
    throw new CommandProblem(
      `${error.message}\nThe stored data is unchanged; to start without it, delete .local/state.`,
    );
  });
  try {
    writeFacts(stack);
    console.log(`  Ready in ${((performance.now() - begin) / 1000).toFixed(0)} s.\n${welcome(stack)}`);
    const drive = drives ? await startDemoDrive(stack.url, stack.seeded.apiKey, quit.signal) : undefined;
    if (drive) console.log(driving(stack, drive));
    await Promise.race([untilQuit(), stack.ended]);
    await drive?.ended;
    if (quit.signal.aborted) return 0;
    throw new CommandProblem(
      'The AWS emulator has ended unexpectedly: see .local/emulator.log and run "npm start" again.',
    );
  } finally {
    rmSync(factsFile, { force: true });
    await stack.stop();
  }
}

/**
 * For scripts that use a running stack; removed when the stack ends. The file holds a key and a password, so only its
 * owner can read it.
 */
function writeFacts({ url, docsUrl, mailUrl, placesUrl, mqttPort, deployed, seeded }: LocalStack): void {
  const { endpoint, region, outputs } = deployed;
  const facts = { url, docsUrl, mailUrl, placesUrl, ...seeded, endpoint, region, mqttPort, outputs, pid: process.pid };
  mkdirSync(directory, { recursive: true });
  writeFileSync(factsFile, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
}

/** The address of the running stack, from the file that it has written; empty if that stack has ended. */
function whereItIs(): string {
  try {
    return `, at ${JSON.parse(readFileSync(factsFile, 'utf8')).url}`;
  } catch {
    return '';
  }
}

function untilQuit(): Promise<void> {
  return new Promise((resolve) => {
    if (quit.signal.aborted) resolve();
    else quit.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** An npm that was killed cannot notify its children; they then get another parent, which is checked here. */
function endWithNpm(): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && quit.abort(), 500).unref();
}
