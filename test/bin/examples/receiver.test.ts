import type { Server } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startReceiver } from '../../../bin/examples/receiver.ts';
import { callTargets } from '../../../shared/outbound/connector.ts';
import { newSecret, signed } from '../../../shared/webhooks/signature.ts';

/** The example of a receiver, called as webhooks call. */

const secret = newSecret();
const body = '{"id":"evt_1","type":"webhook.test","data":{}}';
let receiver: { readonly url: string; readonly server: Server };
const printed: string[] = [];

beforeEach(async () => {
  vi.stubEnv('OPEN_TARGETS', 'true');
  printed.length = 0;
  receiver = await startReceiver({ secret, port: 0, print: (line) => void printed.push(line) });
});
afterEach(() => {
  receiver.server.closeAllConnections();
  receiver.server.close();
  vi.unstubAllEnvs();
});

const deliver = (by = secret, timeoutMilliseconds = 2000) => {
  const headers = {
    ...signed([{ secret: by }], 'evt_1', body, Date.now()),
    'X-Hexfence-Event': 'webhook.test',
    'X-Hexfence-Attempt': '1',
  };
  const url = receiver.url.replace('localhost', '127.0.0.1');
  return callTargets.open().call({ url, method: 'POST', headers, body, timeoutMilliseconds });
};

const tell = (answer: string) =>
  fetch(`${receiver.url.replace('localhost', '127.0.0.1')}answer`, { method: 'PUT', body: answer });

test('a genuine call is verified, and another is refused', async () => {
  expect(await deliver()).toMatchObject({ status: 200, body: 'ok' });
  expect(await deliver(newSecret())).toMatchObject({ status: 401 });
  expect(printed).toEqual([
    'webhook.test evt_1 attempt 1 verified, answering 200',
    'webhook.test evt_1: the signature is wrong',
  ]);
});

test.each([
  ['500', { status: 500 }],
  ['410', { status: 410 }],
  ['301', { status: 301 }],
  ['reset', { fault: 'network' }],
  ['slow', { fault: 'timeout' }],
])('it answers as it is set: %s', async (answer, result) => {
  expect((await tell(answer)).status).toBe(200);
  expect(await deliver(secret, 300)).toMatchObject(result);
});

test('it names what it can answer', async () => {
  const refused = await tell('teapot');
  expect([refused.status, await refused.text()]).toEqual([400, 'One of 200, 500, 301, 410, slow, reset\n']);
});
