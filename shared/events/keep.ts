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

/** An event of a device is kept once, in the transaction of what it causes. */

const [access, telemetry] = [new Table('access'), new Table('telemetry')];
const rememberedMilliseconds = 86_400_000;

/** The same message was taken at the same time. */
class TakenMeanwhile extends Error {}

/** For `catch`: what is taken already needs nothing more. */
export function unlessTaken(error: unknown): void {
  if (!(error instanceof TakenMeanwhile)) throw error;
}

interface TakenRow {
  /** Milliseconds since 1970, until when the same message changes nothing. */
  readonly until: number;
}

/** An event that came in a message, with what tells it from others. */
export interface Received {
  readonly event: DeviceEvent;
  /** When the broker received it, in milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly taken: Key;
}

/**
 * The device's own id of the message tells whether it came before. A message without one is told by when it came and by
 * what it says, since a queue may deliver it twice.
 */
export function received({ actor, device }: Sender, message: DeviceMessage, event: DeviceEvent): Received {
  const { reference } = actor.tenant;
  const { at, payload } = message;
  const digest = createHash('sha256').update(payload).digest('base64url');
  const name = event.messageId === undefined ? `at ${at} ${digest}` : `id ${event.messageId}`;
  const taken = deviceEventKeys.taken(reference, device.id, name);
  return { event, at, id: idFor(at, `${reference} ${device.id} ${name}`), taken };
}

/** Whether the same was taken before, and not too long ago. */
export async function isTaken({ at, taken }: Received): Promise<boolean> {
  const row = await access.get<TakenRow>(taken);
  return row !== undefined && row.until > at;
}

/** Adds an event to a transaction, which fails where the same was taken meanwhile. */
export function keep(transaction: Transaction, { actor, device }: Sender, one: Received): void {
  const { event, at, id, taken } = one;
  const { reference, plan } = actor.tenant;
  const until = at + rememberedMilliseconds;
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
