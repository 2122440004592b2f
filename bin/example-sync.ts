/**
 * The example of a client, `npm run example:sync`: generates a client from the document that the running local stack
 * serves, checks the types of `bin/examples/` against it, and runs the import.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNothing } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { generateClient } from '../lib/openapi/client.ts';
import { runningStack } from '../lib/operator/connect.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const usage = `npm run example:sync
  Generates a client from the document of the running local stack, and runs the example that is written with it.`;

await runCommand(async () => {
  readNothing(usage);
  const { url, apiKey } = runningStack();
  await generateClient(await documentOf(url), join(root, '.local/client'));
  run(join(root, 'node_modules/.bin/tsc'), ['--project', 'bin/examples']);
  run(process.execPath, ['bin/examples/sync-customer-sites.ts'], { HEXFENCE_URL: url, HEXFENCE_API_KEY: apiKey });
});

async function documentOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/openapi/openapi.json`).catch(() => {
    throw new CommandProblem(`The local stack does not answer at ${url}: run "npm start" in another terminal.`);
  });
  if (answer.ok) return await answer.text();
  throw new CommandProblem(`The local stack does not serve its OpenAPI document: it answered ${answer.status}.`);
}

/** Exits with the program's exit code if it failed. The program itself has printed what was wrong. */
function run(program: string, args: readonly string[], settings: Record<string, string> = {}): void {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
