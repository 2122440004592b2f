/**
 * `npm run fuzz`: Schemathesis sends requests that the API document allows and requests that it forbids, and each answer
 * must be one that the document promises. `schemathesis.toml` and `hooks.py` hold its settings and the exceptions.
 */
import { randomInt } from 'node:crypto';
import { misused, readArguments } from '../../lib/command/arguments.ts';
import { runCommand } from '../../lib/command/run.ts';
import { unknownName } from '../../lib/unknown-name.ts';
import { isForKeys } from '../security/rows.ts';
import { addressed } from '../support/endpoints.ts';
import { type FuzzRun, fuzz, installSchemathesis } from './schemathesis.ts';
import { given, inMemory, localStack, type Target } from './targets.ts';

const usualExamples = 10;

const usage = `npm run fuzz -- [--url <url> --key <API key> [--token <access token>] | --in-memory] [--only <operation id> …] [--seed <number>] [--max-examples <number>]
  Sends what the API document allows and what it forbids, with a key and with a token, and holds each answer to it.

  --url, --key    a stack that runs, and a key of a workspace that may be filled and emptied; else a stack is started
  --token         of an owner, from POST /api/v1/auth/login; without it only the key calls at --url
  --in-memory     call the platform in one process, without an emulator
  --only          this operation alone; may repeat
  --seed          what is sent follows from it; a random one if not given
  --max-examples  requests of each operation in the phase "fuzzing", of each kind; ${usualExamples} if not given`;

const options = {
  url: { type: 'string' },
  key: { type: 'string' },
  token: { type: 'string' },
  'in-memory': { type: 'boolean' },
  only: { type: 'string', multiple: true },
  seed: { type: 'string' },
  'max-examples': { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** Operations that would delete the account or end the session of the run. */
const ending = ['deleteAccount', 'logout'];

function wholeNumber(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw misused(usage, `--${name} is "${text}": say a whole number from 1.`);
}

function read() {
  const { values, positionals } = readArguments(usage, options);
  if (positionals.length > 0) throw misused(usage, `"${positionals[0]}" is one word too many.`);
  if ((values.url === undefined) !== (values.key === undefined)) throw misused(usage, 'Say both --url and --key.');
  if (values.url && values['in-memory']) throw misused(usage, 'Say either --url or --in-memory.');
  if (values.token && !values.url) throw misused(usage, '--token goes with --url.');
  const known = addressed.map(({ route }) => route.operationId);
  const unknown = values.only?.find((id) => !known.includes(id));
  if (unknown) throw misused(usage, unknownName('operation', unknown, known));
  const seed = wholeNumber('seed', values.seed, randomInt(1, 1_000_000_000));
  return { values, seed, maxExamples: wholeNumber('max-examples', values['max-examples'], usualExamples) };
}

async function open({ url, key, token, 'in-memory': memory }: Values, signal: AbortSignal): Promise<Target> {
  if (url && key) return given(url, key, token);
  return memory ? await inMemory() : await localStack(signal);
}

/**
 * The key runs first, since the token may revoke it. A user has 3,600 requests an hour, too few to repeat with every value
 * the operations that the key has already called.
 */
function runsOf({ key, token }: Target, only: readonly string[] = []): FuzzRun[] {
  const all = addressed.filter(({ route: { operationId } }) => !ending.includes(operationId));
  const meant = only.length === 0 ? all : all.filter(({ route }) => only.includes(route.operationId));
  const [keys, people] = [true, false].map((isKeys) =>
    meant.filter(({ route }) => isForKeys(route) === isKeys).map(({ route }) => route.operationId),
  ) as [string[], string[]];
  const byKey = { credential: `X-API-Key: ${key}`, operations: keys };
  const byToken = { credential: `Authorization: Bearer ${token}` };
  const every = ['examples', 'coverage', 'fuzzing', 'stateful'] as const;
  const runs: FuzzRun[] = [{ ...byKey, title: 'What keys may do, with a key', phases: every }];
  if (token) {
    runs.push({ ...byToken, title: 'What people alone may do, with a token', operations: people, phases: every });
    runs.push({
      ...byToken,
      title: 'What keys may do, with a token',
      operations: keys,
      phases: ['examples', 'fuzzing'],
    });
  }
  return runs.filter(({ operations }) => operations.length > 0);
}

await runCommand(async () => {
  const { values, seed, maxExamples } = read();
  await installSchemathesis();
  const quit = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => quit.abort());
  const target = await open(values, quit.signal);
  const began = performance.now();
  const red: string[] = [];
  try {
    console.log(`Seed ${seed}: the same requests again with --seed ${seed} --max-examples ${maxExamples}`);
    for (const run of runsOf(target, values.only)) {
      if (quit.signal.aborted) break;
      console.log(`\n${run.title}: ${run.operations.length} operations`);
      if (!(await fuzz(run, { url: target.url, seed, maxExamples }))) red.push(run.title);
    }
  } finally {
    await target.stop();
  }
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(
    `\nSeed ${seed}, ${minutes} minutes: ${red.length === 0 ? 'every promise is kept' : `broken: ${red.join('; ')}`}`,
  );
  process.exitCode = red.length > 0 || quit.signal.aborted ? 1 : 0;
});
