import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { choosePorts, freePort } from '../../../lib/local/ports.ts';

const servers: Server[] = [];

async function take(port: number, host: string): Promise<number> {
  const server = createServer().listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test.each(['127.0.0.1', '::1', '0.0.0.0'])('a port that is taken on %s is refused in one sentence', async (host) => {
  const port = await take(0, host);
  await expect(choosePorts(port)).rejects.toThrow(
    `Port ${port} is taken (by another "npm start"?): free it, or choose another with "npm start -- --port ${port + 1000}".`,
  );
});

test('another port is chosen if one that nobody types is in use', async () => {
  const base = await freePort();
  await take(base + 2, '127.0.0.1');
  const { api, aws, emulator } = await choosePorts(base);
  expect([api, aws]).toEqual([base, base + 1]);
  expect(emulator).not.toBe(base + 2);
});
