import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../auth/caller.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';

/**
 * What happened, written in the transaction that made it happen: the row is the audit entry, and its stream record is
 * what delivery and clean-up start from.
 */
export interface OutboxEvent {
  /** What was done, as the audit log lists it: `geofence.update`. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** Before and after of each changed field, without secrets. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  /** A worker to hand a message to, once the transaction is done. */
  readonly handOver?: { readonly worker: string; readonly message: object };
}

const main = new Table('main');
const secondsPerDay = 86_400;

export function recordEvent(transaction: Transaction, caller: Caller, event: OutboxEvent): void {
  const { tenant } = caller;
  const now = Date.now();
  transaction.put(main, mainKeys.outbox(tenant.reference, uuidv7({ msecs: now })), {
    action: event.action,
    actor: caller.principal,
    actorAddress: caller.address,
    requestId: caller.requestId,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    changes: JSON.stringify(event.changes),
    occurredAt: now,
    ttl: Math.ceil(now / 1000) + plans[tenant.plan].limits.log_retention_days * secondsPerDay,
    ...(event.handOver ? { worker: event.handOver.worker, message: JSON.stringify(event.handOver.message) } : {}),
  });
}
