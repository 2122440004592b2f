import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { aborted, timedOut } from './faults.ts';

const connectMilliseconds = 1000;
const idleMilliseconds = 2000;

/** Connections are reused by later calls. */
const kept = { keepAlive: true, maxSockets: 50 };

/** All connections to an address are equivalent. Node.js would compare twenty settings of TLS in each call. */
class SecureAgent extends Agent {
  readonly #known = new WeakSet<Duplex>();

  override getName({ host, port, servername }: AgentOptions = {}): string {
    return `${host}:${port}:${servername}`;
  }

  /** Set once on the socket, and not after each call. */
  override keepSocketAlive(socket: Duplex): unknown {
    if (!this.#known.has(socket)) {
      this.#known.add(socket);
      return super.keepSocketAlive(socket);
    }
    (socket as Socket).unref();
    return true;
  }
}

interface Transport {
  readonly request: typeof request;
  readonly agent: HttpAgent;
}

let secure: Transport | undefined;
let plain: Transport | undefined;

function transportOf(protocol: Address['protocol']): Transport {
  if (protocol === 'https:') {
    secure ??= { request, agent: new SecureAgent(kept) };
    return secure;
  }
  if (!plain) {
    // Only an emulator uses plain HTTP. An import of this module also loads Node.js's own WebSocket, which takes long.
    const http = process.getBuiltinModule('node:http');
    plain = { request: http.request, agent: new http.Agent(kept) };
  }
  return plain;
}

export interface Address {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  /** Empty for the default port of the protocol. */
  readonly port: string;
  readonly path: string;
  /**
   * The name that the certificate must have; empty if `hostname` is an IP address. Node.js would compute it in each
   * call.
   */
  readonly servername: string;
  /** The time without data after which the call is given up. */
  readonly idleMilliseconds?: number;
}

export const servernameOf = (hostname: string): string => (isIP(hostname) ? '' : hostname);

export interface Answer {
  readonly status: number;
  /** As text. */
  readonly body: string;
  readonly bytes: Buffer;
  header(name: string): string | undefined;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/**
 * Sends a body over HTTP and returns the answer, whatever its status. Gives up, and closes the connection, when
 * connecting takes more than a second, or when no data arrives for `idleMilliseconds`, by default two seconds.
 *
 * @throws TimeoutError, AbortError, or an error of the network
 */
export function exchange(
  to: Address,
  method: Method,
  headers: readonly string[],
  body: string | Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(aborted());
    else new Exchange(to, method, headers, signal, resolve, reject).send(body);
  });
}

class Received implements Answer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly header: Answer['header'];

  constructor({ statusCode = 0, headers }: IncomingMessage, bytes: Buffer) {
    [this.status, this.bytes] = [statusCode, bytes];
    this.header = (name) => headers[name] as string | undefined;
  }

  get body(): string {
    return this.bytes.toString('utf8');
  }
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
    headers: readonly string[],
    signal: AbortSignal | undefined,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    const transport = transportOf(to.protocol);
    const { hostname, port, path, servername } = to;
    [this.#to, this.#signal, this.#resolve, this.#reject] = [to, signal, resolve, reject];
    const { agent } = transport;
    this.#request = transport.request({ hostname, port, path, servername, method, agent, headers });
  }

  send(body: string | Uint8Array): void {
    this.#signal?.addEventListener('abort', this.#abort);
    this.#request.on('error', (error) => this.#fail(error));
    this.#request.on('socket', (socket) => this.#watch(socket));
    this.#request.on('response', (response) => this.#receive(response));
    this.#request.end(body);
  }

  /** Starts when the call has a connection: a call that waits for a free connection is not late yet. */
  #watch(socket: Socket): void {
    const idle = this.#to.idleMilliseconds ?? idleMilliseconds;
    this.#expectWithin(socket.connecting ? connectMilliseconds : idle);
    if (socket.connecting) socket.once('connect', () => this.#expectWithin(idle));
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
      const bytes = this.#chunks.length === 1 ? first! : Buffer.concat(this.#chunks);
      this.#resolve(new Received(response, bytes));
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
