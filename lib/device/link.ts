import { connect, type MqttClient } from 'mqtt';
import type { Credential, DeviceFolder, KnownDevice } from './folder.ts';

/** One connection to the broker, over mutual TLS. When it ends, another one is opened. */

const longestMilliseconds = 15_000;
const longestWaitMilliseconds = 30_000;
const unreachable = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
];

/** Why there is no connection. */
export class NoLink extends Error {
  /** Whether the broker was reached, and does not let this device in. */
  readonly isRefusal: boolean;

  constructor(cause: Error) {
    const code = String((cause as { code?: unknown }).code ?? '');
    super(cause.message || code || 'no reason was given', { cause });
    this.isRefusal = !unreachable.includes(code);
  }
}

/** What to do about it. */
export function adviceOn({ message, isRefusal }: NoLink, { path, known }: DeviceFolder): string {
  const where = `${known!.mqttEndpoint}:${known!.mqttPort}`;
  if (!isRefusal) return `${where} cannot be reached (${message}); points wait in ${path}.`;
  return `${where} does not let this device in (${message}). If its certificate is revoked, or the local stack began anew, register it with a new token.`;
}

/** How long to wait before the next attempt, with jitter, so that many devices do not come back at once. */
export const backoffMilliseconds = (failures: number): number =>
  Math.min(longestWaitMilliseconds, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

export interface Link {
  /** Hears a topic from now on. @throws NoLink */
  subscribe(topic: string): Promise<void>;
  /** Settles when the broker has the message. @throws NoLink when the connection ends before */
  publish(topic: string, payload: object): Promise<void>;
  /** Settles when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  end(): Promise<void>;
}

/** @throws NoLink */
export async function openLink(
  { mqttEndpoint, mqttPort, clientId, caCertificatePem }: KnownDevice,
  { key, certificate }: Credential,
  heard: (payload: Buffer) => void,
  signal: AbortSignal,
): Promise<Link> {
  const client = connect(`mqtts://${mqttEndpoint}:${mqttPort}`, {
    clientId,
    key,
    cert: certificate,
    ca: caCertificatePem,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    connectTimeout: longestMilliseconds,
  });
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  client.on('message', (_topic, payload) => heard(payload));
  const giveUp = () => client.end(true);
  signal.addEventListener('abort', giveUp);
  try {
    await connected(client);
  } catch (error) {
    client.end(true);
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return {
    closed,
    subscribe: async (topic) => {
      await orClosed(client.subscribeAsync(topic, { qos: 1 }), closed);
    },
    publish: async (topic, payload) => {
      await orClosed(client.publishAsync(topic, JSON.stringify(payload), { qos: 1 }), closed);
    },
    end: () => client.endAsync(!client.connected).catch(() => undefined),
  };
}

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason: Error | undefined;
    client.once('connect', () => resolve());
    // It goes on to report what becomes of the connection later, when nobody waits any more.
    client.on('error', (error) => {
      reason = error;
      reject(new NoLink(error));
    });
    client.once('close', () => reject(new NoLink(reason ?? new Error('the broker has closed the connection'))));
  });
}

async function orClosed<T>(work: Promise<T>, closed: Promise<void>): Promise<T> {
  const ended = closed.then(() => Promise.reject(new Error('the connection has ended')));
  // Whichever comes second has nobody who waits for it.
  for (const promise of [work, ended]) promise.catch(() => undefined);
  return await Promise.race([work, ended]).catch((error: Error) => Promise.reject(new NoLink(error)));
}
