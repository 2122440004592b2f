/**
 * The local stack, for as long as this runs: `npm start`. Settings: PORT (4600), AWS_ENDPOINT_URL (deploy there, in
 * place of an emulator of our own), GATEWAY_HOST (this machine as containers at that endpoint see it), VERBOSE.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CommandProblem } from '../lib/command/problem.ts';
import { explain } from '../lib/command/run.ts';
import { seedDemo } from '../lib/demo/seed.ts';
import { printSteps } from '../lib/local/progress.ts';
import { type LocalStack, startStack } from '../lib/local/stack.ts';
import { welcome } from '../lib/local/welcome.ts';

const directory = fileURLToPath(new URL('../.local', import.meta.url));
const factsFile = join(directory, 'stack.json');

const quit = new AbortController();
// Ctrl-C reaches npm and us, and npm passes it on, so it may come twice.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => quit.abort());
endWithNpm();

process.exitCode = await main().catch((error: unknown) => {
  if (quit.signal.aborted) return 130;
  return explain(error);
});
process.exit();

async function main(): Promise<number> {
  const begin = performance.now();
  const stack = await startStack({
    directory,
    port: portSetting(),
    seed: seedDemo,
    endpoint: process.env.AWS_ENDPOINT_URL,
    gatewayHost: process.env.GATEWAY_HOST,
    verbose: Boolean(process.env.VERBOSE),
    progress: printSteps(process.stdout),
    signal: quit.signal,
  });
  try {
    writeFacts(stack);
    console.log(`  Ready in ${((performance.now() - begin) / 1000).toFixed(0)} s.\n${welcome(stack)}`);
    await Promise.race([untilQuit(), stack.ended]);
    if (quit.signal.aborted) return 0;
    throw new CommandProblem(
      'The AWS emulator has ended unexpectedly: see .local/emulator.log and run "npm start" again.',
    );
  } finally {
    rmSync(factsFile, { force: true });
    await stack.stop();
  }
}

/** For scripts beside a running stack; gone when the stack is. It holds a key and a password, so only its owner reads it. */
function writeFacts({ url, docsUrl, mailUrl, mqttPort, deployed, seeded }: LocalStack): void {
  const { endpoint, region, outputs } = deployed;
  const facts = { url, docsUrl, mailUrl, ...seeded, endpoint, region, mqttPort, outputs, pid: process.pid };
  mkdirSync(directory, { recursive: true });
  writeFileSync(factsFile, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
}

function portSetting(): number {
  const text = process.env.PORT || '4600';
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_533) return port;
  throw new CommandProblem(`PORT is "${text}": set it to a number from 1 to 65533, or leave it out for 4600.`);
}

function untilQuit(): Promise<void> {
  return new Promise((resolve) => {
    if (quit.signal.aborted) resolve();
    else quit.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** An npm that was killed cannot tell; its children then get another parent. */
function endWithNpm(): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && quit.abort(), 500).unref();
}
