import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline } from 'node:stream';
import { endToEnd, headerValue } from './headers.ts';

export interface Upstream {
  readonly url: URL;
  readonly agent: http.Agent;
}

export function openUpstream(url: string): Upstream {
  const target = new URL(url);
  // Idle connections are closed well before the emulator closes them (75 s), so that none breaks during a request.
  const options = { keepAlive: true, timeout: 30_000 };
  return { url: target, agent: target.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options) };
}

/** Forwards a request unchanged, path and query byte for byte and the body as a stream, and its answer back. */
export function forward(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  upstream: Upstream,
  headers: string[],
): void {
  const outgoing = openRequest(request, upstream, headers);
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode!, answer.statusMessage, endToEnd(answer.rawHeaders));
    pipeline(answer, response, ignore);
  });
  outgoing.once('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 'The local stack does not answer: it is starting, or it has ended.');
  });
  response.once('close', () => outgoing.destroy());
  if (hasBody(request)) request.pipe(outgoing);
  else outgoing.end();
}

/** The contract's error body for what fails before the API is reached. */
export function refuse(response: http.ServerResponse, detail: string): void {
  const requestId = `req_${randomBytes(10).toString('hex')}`;
  const body = JSON.stringify({ detail, error_code: 'SERVICE_UNAVAILABLE', request_id: requestId });
  const headers = {
    'Content-Type': 'application/json',
    'Retry-After': '1',
    'X-Request-ID': requestId,
    Connection: 'close',
  };
  response.writeHead(503, headers).end(body);
}

function openRequest(request: http.IncomingMessage, { url, agent }: Upstream, headers: string[]): http.ClientRequest {
  const { request: open } = url.protocol === 'https:' ? https : http;
  return open({
    agent,
    hostname: url.hostname,
    port: url.port,
    method: request.method,
    path: originForm(request.url!),
    headers,
  });
}

/** A request's path and query. A client that treats this as a proxy sends the whole URL. */
export function originForm(target: string): string {
  const rest = target.replace(/^https?:\/\/[^/?]*/i, '');
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
}

/** The target without trailing slashes of its path, which the front door in AWS drops too. */
export function withoutTrailingSlash(target: string): string {
  return target.replace(/^([^?]+?)\/+(?=\?|$)/, '$1');
}

function hasBody(request: http.IncomingMessage): boolean {
  const { rawHeaders } = request;
  return (headerValue(rawHeaders, 'content-length') ?? headerValue(rawHeaders, 'transfer-encoding')) !== undefined;
}

function ignore(): void {
  // One side has closed the connection in the middle of a body. Both are closed by now, and nobody can receive an
  // error.
}
