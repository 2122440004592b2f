import type { Caller } from '../auth/caller.ts';
import type { Order } from '../queue/message.ts';
import { newId } from '../table/ids.ts';
import { shardOf } from '../table/key.ts';
import { outboxKeys } from '../table/keys/outbox.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * An event, written in the transaction of the change that it records. Its row is the audit entry, and its stream record
 * starts delivery and clean-up.
 */
export interface OutboxEvent {
  /** What was done, as the audit log lists it: `geofence.update`. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** The values of each changed field before and after. Secrets are hidden; see `shared/outbox/secrets.ts`. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  /** Orders to send after the transaction; the capability declares their workers (`handsTo`). */
  readonly handOver?: readonly Order[];
}

/** Who caused it: a caller, or, before there is a caller, `anonymous` in the workspace that the event concerns. */
export type Actor = Pick<Caller, 'tenant' | 'principal' | 'address' | 'requestId'>;

/** The principal of requests whose credential was refused. */
export const anonymous = 'anonymous';

/** A row of the outbox. */
export interface EventRow {
  /** The event's id: a UUIDv7 of the instant. */
  readonly sk: string;
  readonly action: string;
  readonly actor: string;
  readonly actorAddress: string;
  readonly requestId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** JSON. */
  readonly changes: string;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
  /** The end of the plan's retention, in seconds since 1970. */
  readonly ttl: number;
  /** JSON of the orders that the relay sends to workers. */
  readonly orders?: string;
}

const main = new Table('main');

export function recordEvent(transaction: Transaction, actor: Actor, event: OutboxEvent): void {
  const { tenant } = actor;
  const now = Date.now();
  const row: Omit<EventRow, 'sk'> = {
    action: event.action,
    actor: actor.principal,
    actorAddress: actor.address,
    requestId: actor.requestId,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    changes: JSON.stringify(withoutSecrets(event.changes)),
    occurredAt: now,
    ttl: loggedUntil(tenant.plan, now),
    ...(event.handOver?.length ? { orders: JSON.stringify(event.handOver) } : {}),
  };
  // A stream keeps the order of rows only within a partition, so the events of one object share one.
  const shard = shardOf(tenant.outboxShards, event.resourceId);
  transaction.put(main, outboxKeys.event(tenant.reference, shard, newId(now)), { ...row });
}
