import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { CommandProblem } from '../../lib/command/problem.ts';
import { seedDemo } from '../../lib/demo/seed.ts';
import { printSteps } from '../../lib/local/progress.ts';
import { startStack } from '../../lib/local/stack.ts';

/** The platform that `npm run fuzz` calls, and the credentials. */
export interface Target {
  readonly url: string;
  readonly key: string;
  /** An owner's; without it only the key calls. */
  readonly token: string | undefined;
  stop(): Promise<void>;
}

/** A stack that runs already. */
export const given = (url: string, key: string, token: string | undefined): Target => ({
  url: url.replace(/\/+$/, ''),
  key,
  token,
  stop: async () => {},
});

async function tokenOf(url: string, email: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new CommandProblem(`Nobody could sign in at ${url}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A local stack of its own, as tests start one. */
export async function localStack(signal: AbortSignal): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-fuzz-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const stack = await startStack({
      directory,
      port: 0,
      seed: (deployed) => seedDemo(deployed),
      progress: printSteps(process.stdout),
      signal,
    });
    const stop = () => stack.stop().finally(remove);
    const { apiKey: key, email, password } = stack.seeded;
    const token = await tokenOf(stack.url, email, password).catch((error) => stop().then(() => Promise.reject(error)));
    return { url: stack.url, key, token, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The platform in a process of its own, without an emulator; see `in-memory.ts`. */
export async function inMemory(): Promise<Target> {
  const program = fileURLToPath(new URL('in-memory.ts', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (!first) throw new CommandProblem('The platform in memory did not start; what it printed says why.');
  const { url, key, email, password } = JSON.parse(first[0]) as Record<string, string>;
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { url: url!, key: key!, token: await tokenOf(url!, email!, password!), stop };
}
