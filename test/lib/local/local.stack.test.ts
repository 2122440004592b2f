import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { region, rootKey } from '../../../lib/local/environment.ts';
import { keptSeed, openState } from '../../../lib/local/kept.ts';
import { type LocalStack, type Seeded, startStack } from '../../../lib/local/stack.ts';

const directory = mkdtempSync(join(tmpdir(), 'local-stack-'));
const startMs = 90_000;
const credentials = { accessKeyId: rootKey.AWS_ACCESS_KEY_ID, secretAccessKey: rootKey.AWS_SECRET_ACCESS_KEY };

/** The response of the fixture's function. */
interface Echo {
  rawQueryString: string;
  headers: Record<string, string>;
  node: string;
  env: Record<string, string>;
}

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The processes of a group: the emulator and the functions that it runs. */
function groupOf(pid: number): string[] {
  const table = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' });
  return table.split('\n').filter((line) => new RegExp(`^\\s*${pid}\\s+[^Z]`).test(line));
}

const fixtureApp = `${process.execPath} ${fileURLToPath(new URL('./fixture/app.ts', import.meta.url))}`;
const fixtureStart = fileURLToPath(new URL('./fixture/start.ts', import.meta.url));

describe('a stack', { timeout: startMs }, () => {
  let stack: LocalStack;

  beforeAll(async () => {
    stack = await startStack({
      directory: join(directory, 'stack'),
      port: 0,
      app: fixtureApp,
      seed: () => Promise.resolve({ apiKey: 'none', email: 'none@example.com', password: 'none' }),
    });
  }, startMs);

  afterAll(() => stack?.stop());

  test('answers at its URL, with the front door in front and functions on the project’s Node.js', async () => {
    const answer = await fetch(`${stack.url}/api/v1/any?x=%20`);
    const { rawQueryString, headers, node, env } = (await answer.json()) as Echo;
    expect(rawQueryString).toBe('x=%20');
    expect(headers).toMatchObject({
      'x-viewer-address': '127.0.0.1',
      'x-viewer-host': new URL(stack.url).host,
      'x-origin-verify': stack.originVerify,
    });
    expect(node).toBe(process.version);
    expect(env.AWS_ENDPOINT_URL_S3).toBe(stack.deployed.endpoint);
  });

  test('hands functions nothing of the environment of its owner', async () => {
    const { env } = (await (await fetch(`${stack.url}/`)).json()) as Echo;
    expect(Object.keys(env)).not.toContain('USER');
    expect(Object.keys(env)).not.toContain('SHELL');
  });

  test('shows the mails that were sent', async () => {
    expect(await (await fetch(stack.mailUrl!)).text()).toMatch(/^None so far\. Nothing leaves this machine/);
  });

  test('searches places', async () => {
    const path = '/places/v0/indexes/hexfence-places/search/text';
    const body = JSON.stringify({ Text: '1 Infinite Loop, Cupertino, CA' });
    const answer = await fetch(stack.deployed.endpoint + path, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ Results: [{ Place: { Geometry: { Point: [-122.0312, 37.3318] } } }] });
  });

  test('refuses a caller without a key', async () => {
    const bucket = `${stack.deployed.endpoint}/${stack.deployed.outputs.BucketName}/key`;
    expect((await fetch(bucket)).status).toBe(403);
  });

  test('leaves no process when it is stopped', async () => {
    expect(groupOf(stack.emulatorPid!).length).toBeGreaterThan(1);
    await stack.stop();
    await vi.waitFor(() => expect(groupOf(stack.emulatorPid!)).toEqual([]), 5000);
    await expect(fetch(stack.url)).rejects.toThrow('fetch failed');
  });
});

test('what is kept is there again at the next start, and a start that fails changes nothing', {
  timeout: 2 * startMs,
}, async () => {
  const state = openState(join(directory, 'state'));
  const seed = vi.fn(
    async (_: unknown, before?: Seeded) => before ?? { apiKey: `key ${Date.now()}`, email: '', password: '' },
  );
  const start = (app = fixtureApp) =>
    startStack({ directory: join(directory, 'kept'), port: 0, app, state, seed: keptSeed(state, seed) });
  const queues = ({ deployed: { endpoint } }: LocalStack) => new SQSClient({ endpoint, region, credentials });

  const first = await start();
  const { QueueUrl } = await queues(first).send(new CreateQueueCommand({ QueueName: 'kept' }));
  await queues(first).send(new SendMessageCommand({ QueueUrl, MessageBody: 'remember me' }));
  await first.stop();
  // The emulator does not keep the records of streams; if it kept the position up to which they were read, it would
  // skip as many new records.
  expect(readFileSync(join(state, 'lambda.json'), 'utf8')).not.toContain('_positions');
  await expect(start(`${process.execPath} -e "throw new Error('broken')"`)).rejects.toThrow('broken');

  const second = await start();
  const url = `${second.deployed.endpoint}/000000000000/kept`;
  const { Messages } = await queues(second).send(new ReceiveMessageCommand({ QueueUrl: url }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['remember me']);
  expect([second.seeded, second.originVerify, second.isKept]).toEqual([first.seeded, first.originVerify, true]);
  expect((await fetch(second.url)).status).toBe(200);
  await second.stop();
  await vi.waitFor(() => expect(groupOf(second.emulatorPid!)).toEqual([]), 5000);
});

test('leaves no process when its owner is killed', { timeout: startMs }, async () => {
  const owner = spawn(process.execPath, [fixtureStart, join(directory, 'killed')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  const { url, emulatorPid } = JSON.parse(line);
  await fetch(url);
  expect(groupOf(emulatorPid).length).toBeGreaterThan(1);
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(groupOf(emulatorPid)).toEqual([]), 5000);
});

test('leaves no process and shows the app’s error when the app is broken', { timeout: startMs }, async () => {
  const start = startStack({
    directory: join(directory, 'broken'),
    port: 0,
    app: `${process.execPath} -e "throw new Error('no such construct')"`,
    seed: () => Promise.reject(new Error('never reached')),
  });
  await expect(start).rejects.toThrow(/cdk synth failed.*no such construct/s);
});

test('ends at once when it is stopped during its start', { timeout: startMs }, async () => {
  const quit = new AbortController();
  const start = startStack({
    directory: join(directory, 'quit'),
    port: 0,
    app: `${process.execPath} -e "setTimeout(() => {}, 60_000)"`,
    seed: () => Promise.reject(new Error('never reached')),
    signal: quit.signal,
  });
  setTimeout(() => quit.abort(), 2000);
  await expect(start).rejects.toThrow('aborted');
});
