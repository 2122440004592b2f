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
  /** Whether the broker was reached, but refused this device. */
  readonly isRefusal: boolean;

  constructor(cause: Error) {
    const code = String((cause as { code?: unknown }).code ?? '');
    super(cause.message || code || 'no reason was given', { cause });
    this.isRefusal = !unreachable.includes(code);
  }
}

/** A line for the terminal: why there is no connection, and what to do. */
export function adviceOn({ message, isRefusal }: NoLink, { path, known }: DeviceFolder): string {
  const where = `${known!.mqttEndpoint}:${known!.mqttPort}`;
  if (!isRefusal) return `${where} cannot be reached (${message}); points wait in ${path}.`;
  return `${where} does not let this device in (${message}). If its certificate is revoked, or the local stack began anew, register it with a new token.`;
}

/** The wait before the next attempt, with jitter, so that many devices do not reconnect at once. */
export const backoffMilliseconds = (failures: number): number =>
  Math.min(longestWaitMilliseconds, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

export interface Link {
  /** @throws NoLink */
  subscribe(topic: string): Promise<void>;
  /** Settles when the broker has confirmed the message. @throws NoLink when the connection ends before */
  publish(topic: string, payload: object): Promise<void>;
  /** Settles when either side has ended the connection. */
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
    // Not `once`: later errors of the connection would otherwise be unhandled.
    client.on('error', (error) => {
      reason = error;
      reject(new NoLink(error));
    });
    client.once('close', () => reject(new NoLink(reason ?? new Error('the broker has closed the connection'))));
  });
}

async function orClosed<T>(work: Promise<T>, closed: Promise<void>): Promise<T> {
  const ended = closed.then(() => Promise.reject(new Error('the connection has ended')));
  // The one that loses the race is not awaited, so its rejection would be unhandled.
  for (const promise of [work, ended]) promise.catch(() => undefined);
  return await Promise.race([work, ended]).catch((error: Error) => Promise.reject(new NoLink(error)));
}
