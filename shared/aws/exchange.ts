import type { ClientRequest, Agent as HttpAgent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { aborted, timedOut } from './faults.ts';

const connectMilliseconds = 1000;
const silentMilliseconds = 2000;

/** Connections are kept from one call to the next. */
const kept = { keepAlive: true, maxSockets: 50 };

interface Transport {
  readonly request: typeof request;
  readonly agent: HttpAgent;
}

let secure: Transport | undefined;
let plain: Transport | undefined;

function transportOf(protocol: Address['protocol']): Transport {
  if (protocol === 'https:') {
    secure ??= { request, agent: new Agent(kept) };
    return secure;
  }
  if (!plain) {
    // Only an emulator is asked so. An import of this module loads Node.js's own WebSocket with it, which takes long.
    const http = process.getBuiltinModule('node:http');
    plain = { request: http.request, agent: new http.Agent(kept) };
  }
  return plain;
}

export interface Address {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  /** Empty for that of the protocol. */
  readonly port: string;
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Sends a body over HTTP and answers what comes back, whatever its status. A connection that is not made within a
 * second is given up, and an answer of which nothing has come for two; what is given up is closed.
 *
 * @throws TimeoutError, AbortError, or what the network says
 */
export function exchange(
  to: Address,
  method: Method,
  headers: OutgoingHttpHeaders,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(aborted());
    else new Exchange(to, method, headers, signal, resolve, reject).send(body);
  });
}

class Exchange {
  readonly #to: Address;
  readonly #request: ClientRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  readonly #abort = () => this.#giveUp(aborted());
  #timer: NodeJS.Timeout | undefined;
  #settled = false;

  constructor(
    to: Address,
    method: Method,
    headers: OutgoingHttpHeaders,
    signal: AbortSignal | undefined,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    const transport = transportOf(to.protocol);
    const { hostname, port, path } = to;
    [this.#to, this.#signal, this.#resolve, this.#reject] = [to, signal, resolve, reject];
    this.#request = transport.request({ hostname, port, path, method, agent: transport.agent, headers });
  }

  send(body: string): void {
    this.#signal?.addEventListener('abort', this.#abort);
    this.#request.on('error', (error) => this.#fail(error));
    this.#request.on('socket', (socket) => this.#watch(socket));
    this.#request.on('response', (response) => this.#receive(response));
    this.#request.end(body);
  }

  /** From the moment that the call has a connection: one that waits for its turn is not late yet. */
  #watch(socket: Socket): void {
    this.#expectWithin(socket.connecting ? connectMilliseconds : silentMilliseconds);
    if (socket.connecting) socket.once('connect', () => this.#expectWithin(silentMilliseconds));
  }

  #expectWithin(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#settled) return;
    const late = () => this.#giveUp(timedOut(`${this.#to.hostname} did not answer within ${milliseconds} ms`));
    this.#timer = setTimeout(late, milliseconds);
  }

  #receive(response: IncomingMessage): void {
    response.on('data', (chunk: Buffer) => {
      this.#timer?.refresh();
      this.#chunks.push(chunk);
    });
    response.on('error', (error) => this.#fail(error));
    response.on('end', () => {
      this.#settle();
      const [first] = this.#chunks;
      const whole = this.#chunks.length === 1 ? first! : Buffer.concat(this.#chunks);
      const header = (name: string) => response.headers[name] as string | undefined;
      this.#resolve({ status: response.statusCode ?? 0, body: whole.toString('utf8'), header });
    });
  }

  #giveUp(error: Error): void {
    this.#fail(error);
    this.#request.destroy(error);
  }

  #fail(error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}
