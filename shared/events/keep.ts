import { createHash } from 'node:crypto';
import type { Sender } from '../certificates/sender.ts';
import type { DeviceMessage } from '../messages/device-message.ts';
import { publish } from '../outbox/publish.ts';
import { idFor } from '../table/ids.ts';
import type { Key } from '../table/key.ts';
import { deviceEventKeys } from '../table/keys/device-events.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import { countEvents } from '../usage/events.ts';
import type { DeviceEvent, DeviceEventRow } from './device-event.ts';
import { showTimelineEvent } from './shown.ts';

/** Stores an event of a device once, in the transaction of its effect. */

const [access, telemetry] = [new Table('access'), new Table('telemetry')];
const duplicateMilliseconds = 86_400_000;

/** Another run has processed the same message meanwhile. */
class TakenMeanwhile extends Error {}

/** For `catch`: a message that is already processed needs nothing more. */
export function unlessTaken(error: unknown): void {
  if (!(error instanceof TakenMeanwhile)) throw error;
}

interface TakenRow {
  /** Milliseconds since 1970; until then the same message is a duplicate. */
  readonly until: number;
}

/** An event from a message, with the key that detects duplicates of it. */
export interface Received {
  readonly event: DeviceEvent;
  /** When the broker received it, in milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly taken: Key;
}

/**
 * The message id of the device detects duplicates. Without one, the time of receipt and a digest of the payload do,
 * since a queue may deliver a message twice.
 */
export function received({ actor, device }: Sender, message: DeviceMessage, event: DeviceEvent): Received {
  const { reference } = actor.tenant;
  const { at, payload } = message;
  const digest = createHash('sha256').update(payload).digest('base64url');
  const name = event.messageId === undefined ? `at ${at} ${digest}` : `id ${event.messageId}`;
  const taken = deviceEventKeys.taken(reference, device.id, name);
  return { event, at, id: idFor(at, `${reference} ${device.id} ${name}`), taken };
}

/** Whether the same message was processed within the last day. */
export async function isTaken({ at, taken }: Received): Promise<boolean> {
  const row = await access.get<TakenRow>(taken);
  return row !== undefined && row.until > at;
}

/** Adds an event to a transaction, which fails if the same message was processed meanwhile. */
export function keep(transaction: Transaction, { actor, device }: Sender, one: Received): void {
  const { event, at, id, taken } = one;
  const { reference, plan } = actor.tenant;
  const until = at + duplicateMilliseconds;
  const isNew: Expression = {
    expression: 'attribute_not_exists(pk) OR #until <= :at',
    names: { '#until': 'until' },
    values: { ':at': at },
  };
  const row: TakenRow = { until };
  transaction.put(access, taken, { ...row, ttl: Math.ceil(until / 1000) }, isNew, () => new TakenMeanwhile());
  const kept: DeviceEventRow = {
    id,
    type: event.type,
    severity: event.severity,
    occurredAt: event.occurredAt ?? at,
    receivedAt: at,
    data: JSON.stringify(event.data ?? {}),
    ttl: loggedUntil(plan, at),
  };
  countEvents(transaction, reference, device.id, 1);
  transaction.put(telemetry, deviceEventKeys.event(reference, device.id, kept.occurredAt, id), { ...kept });
  publish(transaction, actor.tenant, {
    id,
    type: 'device.event',
    subject: device.id,
    data: showTimelineEvent(kept, { tenantId: actor.tenant.id, deviceId: device.id, siteId: device.values.siteId }),
    about: { device_ids: [device.id] },
    happenedAt: kept.occurredAt,
  });
}
