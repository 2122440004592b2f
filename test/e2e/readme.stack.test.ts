import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Block, differences, isRun, printed, shellBlocks } from '../support/readme.ts';

/** Runs the README's commands in one shell, in order, on a new stack. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hexfence-readme-'));
const blocks = shellBlocks().filter(isRun);

/** Records each call of curl: its block, its status, its response. */
const curl = `#!/bin/sh
number=$(ls "$CALLS" | wc -l | tr -d ' ')
answer=$(mktemp)
told=$("$CURL" "$@" -o "$answer" -w '%{http_code} %{url_effective}') || exit $?
{ printf '%s %s\\n' "$BLOCK" "$told"; cat "$answer"; } > "$CALLS/$(printf '%04d' "$number")"
cat "$answer"
rm "$answer"
`;

/** Runs a script of package.json without setting up the clone first, since that is done. */
const npm = `#!/bin/sh
[ "$1" = run ] || exit 64
file=$(sed -n 's|^ *"'"$2"'": "\\(exec \\)*node \\(.*\\)",*$|\\2|p' "$ROOT/package.json")
shift 2
[ "$1" = -- ] && shift
exec node "$ROOT/$file" "$@"
`;

interface Called {
  readonly block: number;
  readonly status: number;
  readonly url: string;
  readonly body: string;
}

let calls: readonly Called[];
let ran: { readonly ended: unknown; readonly out: string; readonly err: string };

beforeAll(async () => {
  const facts = join(directory, '.local/stack.json');
  for (const folder of ['.local', 'bin', 'calls']) mkdirSync(join(directory, folder));
  const { url, mailUrl, apiKey, email, password, endpoint } = inject('stack');
  writeFileSync(facts, JSON.stringify({ url, mailUrl, apiKey, email, password, endpoint }));
  for (const [name, script] of Object.entries({ curl, npm })) {
    writeFileSync(join(directory, 'bin', name), script);
    chmodSync(join(directory, 'bin', name), 0o755);
  }
  const script = blocks.map(({ commands }, i) => `export BLOCK=${i}\n${commands}`).join('\n');
  writeFileSync(join(directory, 'pasted.sh'), script);
  const env = {
    PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
    HOME: directory,
    CURL: execFileSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim(),
    CALLS: join(directory, 'calls'),
    ROOT: root,
    HEXFENCE_STACK: facts,
    HEXFENCE_DEVICES: join(directory, 'devices'),
  };
  ran = await new Promise((resolve) => {
    const options = { cwd: directory, env, timeout: 280_000, maxBuffer: 64 * 1024 * 1024 };
    execFile('sh', ['-eu', 'pasted.sh'], options, (error, out, err) =>
      resolve({ ended: error ? (error.signal ?? error.code) : 'well', out, err }),
    );
  });
  calls = readdirSync(env.CALLS)
    .sort()
    .map((name) => called(readFileSync(join(env.CALLS, name), 'utf8')));
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function called(file: string): Called {
  const end = file.indexOf('\n');
  const [block, status, url] = file.slice(0, end).split(' ') as [string, string, string];
  return { block: Number(block), status: Number(status), url, body: file.slice(end + 1) };
}

test('every command ends well and says nothing on standard error', () => {
  expect({ ended: ran.ended, err: ran.err }).toEqual({ ended: 'well', err: '' });
});

const named = blocks.map((block, i) => [`line ${block.line}`, block, i] as const);

describe.each(named)('%s', (_, { commands, answer }: Block, i) => {
  const own = () => calls.filter(({ block }) => block === i);
  const wanted = answer === undefined ? undefined : (printed(answer) as { error_code?: string });

  test('is answered as it should be', () => {
    expect(own().length > 0).toBe(commands.includes('curl'));
    const refused = own().filter(({ status }) => status >= 300);
    const codes = refused.map(({ url, body }) => (body.startsWith('{') ? JSON.parse(body).error_code : url));
    expect(codes).toEqual(wanted?.error_code ? [wanted.error_code] : []);
  });

  if (wanted)
    test('has the answer that is printed', () => {
      expect(differences(wanted, JSON.parse(own().at(-1)!.body))).toEqual([]);
    });
});

test('Ana is signed in at the end, and Acme is as it was', () => {
  expect(ran.out).toContain('"email":"ana@example.com"');
  expect(ran.out).toMatch(/^acme is active\.$/m);
});
