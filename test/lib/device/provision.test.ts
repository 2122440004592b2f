import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { provision } from '../../../lib/device/provision.ts';

/** A registration, when the platform answers late, not at all, or refuses. */

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: vi.fn(async () => undefined) as never,
}));

const [tokenId, deviceId] = ['a1b2c3d4-2c80-7d40-9a51-3f2d6c0e8b11', 'd1e2f3a4-2c80-7d40-9a51-3f2d6c0e8b12'];
const token = `${tokenId}.${deviceId}.secret`;
const { signal } = new AbortController();

type Answer = readonly [status: number, body: object] | 'none';
let answers: Answer[];
let asked: { readonly token: string; readonly csr: string }[];
let server: Server;
let url: string;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hexfence-provision-'));
  vi.stubEnv('HEXFENCE_DEVICES', directory);
  vi.mocked(sleep).mockClear();
  [answers, asked] = [[], []];
  server = createServer(async (request, response) => {
    asked.push(JSON.parse(await text(request)));
    const answer = answers.shift() ?? 'none';
    if (answer === 'none') request.socket.destroy();
    else response.writeHead(answer[0], { 'Content-Type': 'application/json' }).end(JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

const granted: Answer = [201, { deviceId, certificateId: 'c1', certificatePem: 'pem', topics: {} }];

test('a lost answer is asked for again with the same request', async () => {
  answers = ['none', [503, {}], [429, {}], granted];
  const folder = await provision(token, url, signal);
  expect(folder.known).toMatchObject({ deviceId, tokenId });
  expect([asked.length, new Set(asked.map(({ csr }) => csr)).size]).toEqual([4, 1]);
  expect(asked[0]!.token).toBe(token);
});

test('a platform that does not answer is given up after some attempts, and the next start continues with the same request', async () => {
  await expect(provision(token, url, signal)).rejects.toThrow(/does not answer: run the same command again later/);
  expect([asked.length, vi.mocked(sleep).mock.calls.length]).toEqual([5, 4]);
  answers = [granted];
  await provision(token, url, signal);
  expect(new Set(asked.map(({ csr }) => csr)).size).toBe(1);
});

test('a device that came from the token before needs no platform', async () => {
  answers = [granted];
  await provision(token, url, signal);
  expect((await provision(token, 'http://127.0.0.1:1', signal)).known!.deviceId).toBe(deviceId);
  expect(asked).toHaveLength(1);
});

test.each<[number, object, string]>([
  [
    409,
    { detail: 'This token was used.', error_code: 'REGISTRATION_TOKEN_USED' },
    'This token was used. Get another one with POST /devices/registration/tokens.',
  ],
  [422, { detail: 'The request cannot be used.', error_code: 'CSR_INVALID' }, 'The request cannot be used.'],
  [422, { detail: [{ msg: 'x' }], error_code: 'VALIDATION_ERROR' }, 'The platform answers 422 VALIDATION_ERROR.'],
  [404, {}, 'The platform answers 404 .'],
])('a refusal with %i is a sentence, and is not tried again', async (status, body, sentence) => {
  answers = [[status, body]];
  await expect(provision(token, url, signal)).rejects.toThrow(sentence);
  expect(asked).toHaveLength(1);
});

test.each([
  '',
  'x',
  `${tokenId}.${deviceId}`,
  `../../etc.${deviceId}.s`,
  `${tokenId}.../../../../../../../../../../../../x.s`,
])('what is no token makes no folder: %j', async (given) => {
  await expect(provision(given, url, signal)).rejects.toThrow(/^That is no registration token/);
  expect(asked).toEqual([]);
});
