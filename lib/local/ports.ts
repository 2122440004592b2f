import { type AddressInfo, connect, createServer } from 'node:net';
import { CommandProblem } from '../command/problem.ts';

export interface Ports {
  /** The port of the API. */
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
 * The ports of one stack: `base` for the API, and the following ones, or any free ones, for those that only programs
 * use. With a base of 0 all ports are free ones, so that several stacks can run at once.
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
 * Why a port cannot be used; undefined if it can. An attempt to listen is not enough: on some systems a server on all
 * addresses leaves the loopback address free.
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
