import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Certificate } from '../../support/certificate.ts';

/** An AWS service on this machine: it checks signatures as AWS documents them, and responds as a test determines. */

export interface Asked {
  /** `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  readonly input: unknown;
  readonly headers: IncomingMessage['headers'];
  /** Number of the connection on which it arrived. */
  readonly connection: number;
}

/** Ends the response, or leaves the caller waiting. */
export type Respond = (response: ServerResponse, asked: Asked) => unknown;

export const answer =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Respond =>
  (response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

export const refuse = (type: string, more: object = {}, status = 400): Respond =>
  answer({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${type} it is`, ...more }, status);

const toleratedSkewMilliseconds = 5 * 60_000;

export class ServiceStub {
  /** For the next requests, one for each; after them `otherwise`. */
  readonly next: Respond[] = [];
  otherwise: Respond = answer({});
  readonly asked: Asked[] = [];
  /** Secrets by access key id. */
  readonly secrets: Record<string, string> = { AKIDEXAMPLE: 'secret' };
  /** How far its clock is ahead of the clock of this machine. */
  aheadMilliseconds = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #protocol: 'http' | 'https';

  constructor(certificate?: Certificate) {
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#handle(request, response);
    this.#server = certificate ? createSecureServer(certificate, handle) : createServer(handle);
    this.#protocol = certificate ? 'https' : 'http';
    this.#server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) => this.#sockets.add(socket));
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `${this.#protocol}://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Closes every connection that is open. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { headers } = request;
    const connection = [...this.#sockets].indexOf(request.socket);
    const asked = { target: String(headers['x-amz-target']), input: JSON.parse(body), headers, connection };
    this.asked.push(asked);
    response.setHeader('Date', new Date(Date.now() + this.aheadMilliseconds).toUTCString());
    const refusal = this.#refusal(request, body);
    const respond = refusal ? refuse('InvalidSignatureException', { message: refusal }) : this.next.shift();
    await (respond ?? this.otherwise)(response, asked);
  }

  #refusal({ method, url, headers }: IncomingMessage, body: string): string | undefined {
    const form = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/;
    const [, id = '', scope = '', signed = '', signature] = form.exec(headers.authorization ?? '') ?? [];
    const date = String(headers['x-amz-date']);
    const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (!(Math.abs(at - Date.now() - this.aheadMilliseconds) < toleratedSkewMilliseconds)) return 'Signature expired';
    if (!scope.startsWith(`${date.slice(0, 8)}/`)) return 'Date in Credential scope does not match';
    const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`);
    const canonical = [method, url, '', lines.join(''), signed, sha256(body)].join('\n');
    const key = scope.split('/').reduce(hmac, Buffer.from(`AWS4${this.secrets[id]}`));
    const right = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
    return signature === right ? undefined : 'The request signature we calculated does not match';
  }
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: Buffer, content: string): Buffer => createHmac('sha256', key).update(content).digest();
