import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { cases } from '../../support/thorough.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the file of a command, on a machine without AWS settings. */
async function run(file: string, args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|PORT$|NODE_OPTIONS|VITEST)/.test(name));
  const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const env = { ...Object.fromEntries(kept), ...nowhere, AWS_EC2_METADATA_DISABLED: 'true', ...settings };
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

const scripts: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;
const files = [
  ...new Set(Object.values(scripts).flatMap((script) => /node ((?:bin|test)\/\S+\.ts)$/.exec(script)?.[1] ?? [])),
];

test('there are commands', () => expect(files.length).toBeGreaterThan(8));

test.concurrent.each(cases(files))('%s --help is help, and no failure', async (file) => {
  const { code, out, err } = await run(file, ['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^Usage: npm (run \S+|start|test)/);
  expect(out, 'says what it does').toMatch(/^ {2}[A-Z0-9].*[.;]( .*)?$/m);
});

const refusals: readonly [
  sentence: RegExp,
  file: string,
  args: readonly string[],
  settings?: Record<string, string>,
][] = [
  [
    /^No AWS region: set AWS_REGION \(.*\), or run "aws configure"\.\n$/,
    'bin/workspace.ts',
    ['list', '--stage', 'dev'],
  ],
  [/^No AWS region: set AWS_REGION/, 'bin/deploy.ts', ['--stage', 'dev']],
  [
    /^No AWS credentials \(.*\): set AWS_PROFILE, or sign in with .*\.\n$/,
    'bin/index.ts',
    ['verify', '--workspace', 'acme', '--stage', 'dev'],
    { AWS_REGION: 'us-east-1' },
  ],
  [
    /^AWS does not answer \(.*ECONNREFUSED.*\): check the network, and whether the stage is deployed there\.\n$/,
    'bin/workspace.ts',
    ['list', '--stage', 'dev'],
    {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    },
  ],
  [
    /^There is no stage "pord"; did you mean "prod"\?\n$/,
    'bin/key.ts',
    [...'create --workspace a --stage pord'.split(' ')],
  ],
  [/^There is no option "--prot"; did you mean "--port"\?\nUsage: npm start/, 'bin/local.ts', ['--prot', '1']],
  [/^The port is "high": use a number from 1 to 65533, or omit it for 4600\.\n$/, 'bin/local.ts', ['--port', 'high']],
];

test.concurrent.each(cases(refusals))('%s', async (sentence, file, args, settings) => {
  const { code, err } = await run(file, args, settings);
  expect(err).toMatch(sentence);
  expect(code).toBe(1);
});
