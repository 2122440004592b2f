import type { Tables } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { countMetric, log } from '../log/log.ts';
import { Problem } from '../problems/problem.ts';
import { idFor } from '../table/ids.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { Table } from '../table/table.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';

/**
 * Messages of devices that change nothing: they are counted, logged, and kept for 30 days, so that their senders can be
 * mended.
 */

/** What is known about a message. */
interface Message {
  readonly topic: string;
  readonly principal?: string | null | undefined;
  /** Base64. */
  readonly payload: string;
  /** When the broker received it, in milliseconds since 1970. */
  readonly at: number;
  readonly tenant?: TenantReference | undefined;
  readonly deviceId?: string | undefined;
}

/** Why something is refused, as the quarantine names it. */
export type Cause =
  | 'MALFORMED_PAYLOAD'
  | 'UNKNOWN_SENSOR'
  | 'PROFILE_MISSING'
  | 'TYPE_MISMATCH'
  | 'OUT_OF_RANGE'
  | 'POINT_INVALID'
  | 'TIMESTAMP_IN_FUTURE'
  | 'CERTIFICATE_MISMATCH'
  | 'DEVICE_UNKNOWN';

/** A part of a message that is refused, or all of it. */
export interface Refusal {
  readonly cause: Cause;
  /** What is wrong, for people. */
  readonly message: string;
  /** The part as JSON; the whole message if absent. */
  readonly part?: string;
  /** The place of a reading in its message, and what it names. */
  readonly place?: number;
  readonly component?: string | undefined;
  readonly key?: string | undefined;
}

export const malformed: Refusal = {
  cause: 'MALFORMED_PAYLOAD',
  message: 'The payload is not of the form of its topic',
};
export const foreign: Refusal = {
  cause: 'CERTIFICATE_MISMATCH',
  message: 'The certificate is not in force for the device of the topic',
};
export const inactive: Refusal = { cause: 'DEVICE_UNKNOWN', message: 'The device takes no points: it is not active' };

const [main, telemetry] = [new Table('main'), new Table('telemetry')];
const mostLogged = 1024;
const keptSeconds = 30 * 86_400;

function count({ topic, principal, payload }: Message, reason: string): void {
  countMetric('DeviceMessageRefused');
  const beginning = payload.slice(0, mostLogged);
  log().info('device message refused', { reason, topic, certificate: principal, payload: beginning });
}

/** Counts a message of a workspace that has used up its events; it is not kept. */
export const refuseOverQuota = (message: Message): void => count(message, 'over quota');

/**
 * Keeps what is refused of a message. The same message again is the same item.
 */
export async function refuseMessage(message: Message, ...refusals: readonly Refusal[]): Promise<void> {
  for (const [index, refusal] of refusals.entries()) {
    count(message, refusal.cause);
    const owner = await ownerOf(message, refusal);
    if (owner) await keep(owner, message, refusal, index);
  }
}

interface Owner {
  readonly tenant: TenantReference;
  readonly deviceId: string;
}

/** Whose quarantine it is: that of the sender, who is known by the certificate. Nobody's if there is none. */
async function ownerOf(message: Message, { cause }: Refusal): Promise<Owner | undefined> {
  const { tenant, deviceId, principal } = message;
  if (cause !== 'CERTIFICATE_MISMATCH') return tenant && deviceId ? { tenant, deviceId } : undefined;
  return principal ? await main.get<Owner & object>(certificateKeys.bearer(platformReference, principal)) : undefined;
}

async function keep({ tenant, deviceId }: Owner, message: Message, refusal: Refusal, index: number): Promise<void> {
  const { topic, payload, at } = message;
  const { cause, message: text, part, place = index, component, key } = refusal;
  const id = idFor(at, `${topic} ${place} ${payload}`);
  if (!(await isRoomFor(tenant, deviceId))) return await drop(tenant, deviceId, cause, at);
  await telemetry.put(quarantineKeys.item(tenant, deviceId, id), {
    deviceId,
    topic,
    cause,
    message: text,
    receivedAt: at,
    ...(part === undefined ? { payload } : { part, place, component, key }),
    status: 'OPEN',
    ttl: Math.ceil(at / 1000) + keptSeconds,
  });
}

/** A device fills the quarantine with no more than a thousand items an hour. */
async function isRoomFor(tenant: TenantReference, deviceId: string): Promise<boolean> {
  try {
    await countAgainst(tenant, [{ policy: 'quarantine', subject: deviceId }]);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

async function drop(tenant: TenantReference, deviceId: string, cause: Cause, at: number): Promise<void> {
  const day = new Date(at).toISOString().slice(0, 10);
  const counting = {
    expression: 'SET #ttl = :ttl ADD dropped :one',
    names: { '#ttl': 'ttl' },
    values: { ':one': 1, ':ttl': Math.ceil(at / 1000) + keptSeconds },
  };
  await telemetry.update(quarantineKeys.dropped(tenant, day, cause, deviceId), counting);
}

/** The rights of whoever refuses messages. */
export const tablesOfRefusal: Tables = {
  main: ['GetItem'],
  access: ['UpdateItem'],
  telemetry: ['PutItem', 'UpdateItem'],
};
