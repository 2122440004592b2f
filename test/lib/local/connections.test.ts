import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectionsAnswer } from '../../../lib/local/connections.ts';

/** The gateway in place of `DeleteConnection`. That it ends a live connection is shown on a stack. */

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function ask(method: string, path: string) {
  const answer = connectionsAnswer(1);
  server = createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return [response.status, await response.text()];
}

test.each([
  ['POST', '/topics/hexfence'],
  ['GET', '/connections/d1'],
  ['DELETE', '/connections'],
  ['DELETE', '/connections/d1/more'],
  ['DELETE', '/certificates/d1'],
])('%s %s is left to the emulator', async (method, path) => {
  expect(await ask(method, path)).toEqual([204, '']);
});

test('a broker that does not answer is a failure that is tried again', async () => {
  const [status, body] = await ask('DELETE', '/connections/d1?cleanSession=true');
  expect([status, JSON.parse(String(body))]).toEqual([
    500,
    { __type: 'InternalFailureException', message: expect.stringContaining('ECONNREFUSED') },
  ]);
});
