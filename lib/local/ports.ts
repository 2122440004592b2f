import { type AddressInfo, connect, createServer } from 'node:net';
import { CommandProblem } from '../command/problem.ts';

export interface Ports {
  /** The API's friendly origin. */
  readonly api: number;
  /** The AWS endpoint that the gateway offers. */
  readonly aws: number;
  /** The emulator itself, behind the gateway. */
  readonly emulator: number;
  /** MQTT over TLS. */
  readonly mqtt: number;
}

const loopbacks = ['127.0.0.1', '::1'];

/**
 * The ports of one stack: `base` for the API, and for what only machines read the next ones, or any free ones when
 * those are taken. A base of 0 takes free ports only, so that stacks run beside each other.
 */
export async function choosePorts(base: number): Promise<Ports> {
  if (base === 0)
    return { api: await freePort(), aws: await freePort(), emulator: await freePort(), mqtt: await freePort() };
  await requireFree(base);
  const [aws, emulator, mqtt] = await Promise.all([base + 1, base + 2, 8883].map(orFree));
  return { api: base, aws: aws!, emulator: emulator!, mqtt: mqtt! };
}

export function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

async function orFree(port: number): Promise<number> {
  return (await refusal(port)) ? freePort() : port;
}

async function requireFree(port: number): Promise<void> {
  const code = await refusal(port);
  if (!code) return;
  const reason = code === 'EADDRINUSE' ? 'is taken (by another "npm start"?)' : `cannot be used (${code})`;
  throw new CommandProblem(
    `Port ${port} ${reason}: free it, or choose another with "npm start -- --port ${port + 1000}".`,
  );
}

/**
 * Why a port cannot be ours, if so. Listening alone does not tell: a server on all addresses leaves the loopback
 * address bindable on some systems.
 */
async function refusal(port: number): Promise<string | undefined> {
  const answers = await Promise.all(loopbacks.map((host) => isAnswering(port, host)));
  if (answers.includes(true)) return 'EADDRINUSE';
  return listenOnce(port, '127.0.0.1').then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
}

function isAnswering(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
