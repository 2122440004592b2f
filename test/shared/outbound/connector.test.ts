import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callTargets, type OutboundRequest } from '../../../shared/outbound/connector.ts';
import { resolveWith } from '../../../shared/outbound/resolve.ts';
import { localCertificate } from '../../support/certificate.ts';

/** Calls to a server of this process, which the switch for tests permits. */

type Answers = (request: IncomingMessage, response: ServerResponse) => unknown;

const closing: (() => void)[] = [];

async function serverWith(answers: Answers): Promise<string> {
  const server = createServer((request, response) => void answers(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const call = (url: string, more: Partial<OutboundRequest> = {}) =>
  callTargets.open().call({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
    timeoutMilliseconds: 2000,
    ...more,
  });

beforeEach(() => vi.stubEnv('OPEN_TARGETS', 'true'));
afterEach(() => {
  for (const close of closing.splice(0)) close();
  resolveWith(undefined);
  vi.unstubAllEnvs();
});

test('the body and the headers arrive as they are given, and the response comes back', async () => {
  const seen: object[] = [];
  const url = await serverWith(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ method: request.method, url: request.url, body: Buffer.concat(chunks).toString(), ...request.headers });
    response.writeHead(503, { 'retry-after': '120' }).end('later');
  });
  const result = await call(`${url}/hook?x=1`, {
    headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
  });
  expect(result).toMatchObject({ status: 503, body: 'later', retryAfter: '120' });
  expect(seen).toEqual([
    expect.objectContaining({ method: 'POST', url: '/hook?x=1', body: '{"a":1}', 'webhook-id': 'evt_1' }),
  ]);
});

test('a redirect is not followed', async () => {
  let calls = 0;
  const url = await serverWith((_, response) => {
    calls += 1;
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  });
  expect(await call(url)).toMatchObject({ status: 302 });
  expect(calls).toBe(1);
});

test('4 KB of a response are read, however long it is', async () => {
  const url = await serverWith((_, response) => {
    response.writeHead(200);
    const more = () => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
    };
    more();
  });
  const result = await call(url);
  expect(result).toMatchObject({ status: 200, body: 'x'.repeat(4096) });
});

test('a response that drips is cut when the time is over, and its status counts', async () => {
  const url = await serverWith((_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const result = await call(url, { timeoutMilliseconds: 300 });
  expect(result).toMatchObject({ status: 200, body: expect.stringMatching(/^\.{2,20}$/) });
  expect(result.durationMilliseconds).toBeLessThan(2000);
});

test('headers that drip run out of time', async () => {
  const url = await serverWith((request) => {
    request.socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => request.socket.write('X-A: b\r\n'), 20);
    request.socket.on('close', () => clearInterval(timer));
  });
  expect(await call(url, { timeoutMilliseconds: 300 })).toMatchObject({ fault: 'timeout' });
});

test('headers without an end are a fault of the network', async () => {
  const url = await serverWith((request) => {
    request.socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
  });
  expect(await call(url)).toMatchObject({ fault: 'network' });
});

describe('each kind of failure has its own fault', () => {
  test('no answer in time', async () => {
    const url = await serverWith(() => undefined);
    expect(await call(url, { timeoutMilliseconds: 100 })).toMatchObject({ fault: 'timeout' });
  });

  test('name servers that do not answer in time', async () => {
    resolveWith(() => new Promise(() => undefined));
    expect(await call('https://slow.example/', { timeoutMilliseconds: 100 })).toMatchObject({ fault: 'timeout' });
  });

  test('a connection that is reset', async () => {
    const url = await serverWith(({ socket }) => void socket.destroy());
    expect(await call(url)).toMatchObject({ fault: 'network' });
  });

  test('a port at which nobody listens', async () => {
    const url = await serverWith(() => undefined);
    closing.pop()?.();
    expect(await call(url)).toMatchObject({ fault: 'network' });
  });

  test('a certificate that nobody trusts', async () => {
    const server = createSecureServer(await localCertificate(), (_, response) => void response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await call(`https://127.0.0.1:${port}/`)).toMatchObject({ fault: 'tls' });
  });
});

test('only the address that was checked is dialled, whatever the name servers answer later', async () => {
  const url = await serverWith((_, response) => void response.end('the checked one'));
  const { port } = new URL(url);
  let asked = 0;
  // Nobody listens at the second address: had the name been resolved again, the call would fail.
  resolveWith(async () => [asked++ === 0 ? '127.0.0.1' : '127.0.0.2']);
  expect(await call(`http://rebinding.example:${port}/`)).toMatchObject({ status: 200, body: 'the checked one' });
  expect(asked).toBe(1);
  vi.stubEnv('OPEN_TARGETS', '');
  expect(await call('https://rebinding.example:65001/')).toMatchObject({ fault: 'forbidden_target' });
});

test('a name leads to its own addresses, and the host stays in the request', async () => {
  let host: string | undefined;
  const url = await serverWith((request, response) => {
    host = request.headers.host;
    response.end();
  });
  const { port } = new URL(url);
  resolveWith(async () => ['127.0.0.1']);
  expect(await call(`http://named.example.:${port}/`)).toMatchObject({ status: 200 });
  expect(host).toBe(`named.example:${port}`);
});
