import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { largestBodyBytes, tooLarge } from '../../../lib/constructs/body-limit.ts';
import { type Gateway, startGateway } from '../../../lib/local/gateway.ts';
import { freePort } from '../../../lib/local/ports.ts';

interface Seen {
  method: string;
  target: string;
  headers: Record<string, string[] | undefined>;
  body: string;
}

let upstream: Server;
let gateway: Gateway;
let apiPort: number;
let awsPort: number;
let seen: Seen[];

beforeEach(async () => {
  seen = [];
  upstream = createServer(async (incoming, answer) => {
    const { method, url, headersDistinct } = incoming;
    seen.push({ method: method!, target: url!, headers: headersDistinct, body: await text(incoming) });
    answer.writeHead(418, 'Short and stout', { 'Set-Cookie': ['a=1', 'b=2'], 'X-Upstream': 'yes' }).end('tea');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  apiPort = await freePort();
  awsPort = await freePort();
  gateway = await startGateway({
    upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    apiPort,
    awsPort,
    originVerify: 'origin-secret',
    apiDomain: 'localhost',
    answers: [
      (incoming, answer) => {
        if (!incoming.url!.startsWith('/places')) return false;
        answer.end('from the gazetteer');
        return true;
      },
    ],
  });
  gateway.serve([
    { prefix: '/', apiId: 'core0000' },
    { prefix: '/api/v1/sites', apiId: 'platform' },
  ]);
});

afterEach(async () => {
  await gateway.stop();
  upstream.closeAllConnections();
  upstream.close();
});

async function send(
  options: { port: number; host?: string; path?: string; method?: string; headers?: string[] },
  body = '',
) {
  const outgoing = request({
    host: '127.0.0.1',
    ...options,
    headers: options.headers ?? [`Host`, `localhost:${options.port}`],
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode,
    headers: answer.headersDistinct,
    reason: answer.statusMessage,
    body: await text(answer),
  };
}

/** Sends bytes that no HTTP client would. */
async function sendRaw(port: number, message: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(Buffer.from(message, 'latin1'));
  return text(socket);
}

describe('a body that no function takes', () => {
  const refused = (path: string, bytes: number) =>
    send(
      { port: apiPort, path, method: 'POST', headers: ['Host', 'localhost', 'Content-Length', String(bytes)] },
      'x'.repeat(bytes),
    );

  test('is answered here, and does not reach the API', async () => {
    const { status, body } = await refused('/api/v1/media/upload', largestBodyBytes + 1);
    expect([status, JSON.parse(body)]).toEqual([413, expect.objectContaining(tooLarge['/api/v1/media/upload'])]);
    expect(JSON.parse((await refused('/api/v1/forms', largestBodyBytes + 1)).body).error_code).toBe(
      'PAYLOAD_TOO_LARGE',
    );
    expect(seen).toEqual([]);
  });

  test('is passed on where a function takes it', async () => {
    expect((await refused('/api/v1/media/upload', largestBodyBytes)).status).toBe(418);
  });
});

describe('the API side', () => {
  test('sets the front door headers, whatever the client claims', async () => {
    const claims = ['x-viewer-address', '203.0.113.9', 'X-VIEWER-HOST', 'evil.example', 'X-Origin-Verify', 'guess'];
    const twice = ['X-Origin-Verify', 'again', 'x-forwarded-proto', 'https'];
    await send({ port: apiPort, path: '/api/v1/health', headers: ['Host', 'maps.example:1', ...claims, ...twice] });
    expect(seen[0]!.headers).toMatchObject({
      host: ['core0000.execute-api.localhost'],
      'x-viewer-address': ['127.0.0.1'],
      'x-viewer-host': ['maps.example:1'],
      'x-origin-verify': ['origin-secret'],
      'x-forwarded-proto': ['http'],
    });
  });

  test('sets them even when the client declares them hop by hop', async () => {
    const headers = [
      'Host',
      'h',
      'Connection',
      'close, X-Origin-Verify, host, content-length, X-Private',
      'X-Private',
      '1',
    ];
    await send({ port: apiPort, method: 'POST', headers: [...headers, 'Content-Length', '2'] }, '{}');
    expect(seen[0]).toMatchObject({ body: '{}', headers: { 'x-origin-verify': ['origin-secret'] } });
    expect(seen[0]!.headers['x-private']).toBeUndefined();
  });

  test.each([
    '/api/v1/a%2Fb/%c3%a9/c%20d?tag=x%2Cy&tag=+&empty=&&q=%',
    '//specs/./../x;y=1?',
    '/api/v1/geofences?bbox=1,2,3,4#not-a-fragment',
  ])('forwards path and query byte for byte: %s', async (target) => {
    await sendRaw(apiPort, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(seen[0]!.target).toBe(target);
  });

  test('takes the path from a proxy-style target', async () => {
    await sendRaw(
      apiPort,
      'GET http://localhost/api/v1/sites?y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(seen[0]).toMatchObject({ target: '/api/v1/sites?y', headers: { host: ['platform.execute-api.localhost'] } });
  });

  test('routes by the longest prefix that ends with a segment', async () => {
    for (const path of ['/api/v1/sites/1', '/api/v1/sites?x', '/api/v1/sitesmap']) await send({ port: apiPort, path });
    const hosts = seen.map(({ headers }) => headers.host![0]!.split('.')[0]);
    expect(hosts).toEqual(['platform', 'platform', 'core0000']);
  });

  test('forwards bodies of either framing and answers unchanged', async () => {
    const counted = ['Host', 'h', 'Content-Length', '3', 'Expect', '100-continue'];
    await send({ port: apiPort, method: 'POST', headers: counted }, 'abc');
    const chunked = ['Host', 'h', 'Transfer-Encoding', 'chunked'];
    const answer = await send({ port: apiPort, method: 'DELETE', headers: chunked }, 'def');
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'abc'],
      ['DELETE', 'def'],
    ]);
    expect(answer).toMatchObject({ status: 418, reason: 'Short and stout', body: 'tea' });
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-upstream': ['yes'] });
  });

  test('answers 503 as the contract has it when the emulator is gone, and while nothing is deployed', async () => {
    upstream.closeAllConnections();
    upstream.close();
    const gone = await send({ port: apiPort, path: '/api/v1/health' });
    gateway.serve([]);
    const early = await send({ port: apiPort, path: '/api/v1/health' });
    for (const { status, headers, body } of [gone, early]) {
      expect(status).toBe(503);
      expect(JSON.parse(body)).toEqual({
        detail: expect.any(String),
        error_code: 'SERVICE_UNAVAILABLE',
        request_id: headers['x-request-id']![0],
      });
    }
  });

  test('listens on both addresses of localhost', async () => {
    const answer = await send({ port: apiPort, host: '::1' });
    expect(answer.status).toBe(418);
    expect(seen[0]!.headers['x-viewer-address']).toEqual(['::1']);
  });
});

describe('the AWS side', () => {
  test('marks calls as arrived over TLS and keeps the signed host', async () => {
    const headers = [
      'Host',
      `127.0.0.1:${awsPort}`,
      'X-Forwarded-Proto',
      'http',
      'Authorization',
      'AWS4-HMAC-SHA256 x',
    ];
    await send({ port: awsPort, method: 'PUT', path: '/bucket/a%20key?x-id=PutObject', headers });
    expect(seen[0]).toMatchObject({
      target: '/bucket/a%20key?x-id=PutObject',
      headers: { host: [`127.0.0.1:${awsPort}`], 'x-forwarded-proto': ['https'] },
    });
    expect(seen[0]!.headers['x-origin-verify']).toBeUndefined();
  });

  test('lets answers of the stack come before the emulator', async () => {
    expect((await send({ port: awsPort, path: '/places/v0/search' })).body).toBe('from the gazetteer');
    expect(seen).toEqual([]);
  });
});
