import type { Caller } from '../auth/caller.ts';
import { newId } from '../table/ids.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * What happened, written in the transaction that made it happen: the row is the audit entry, and its stream record is
 * what delivery and clean-up start from.
 */
export interface OutboxEvent {
  /** What was done, as the audit log lists it: `geofence.update`. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** Before and after of each changed field. Secrets are hidden; see `shared/outbox/secrets.ts`. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  /** Whom to hand a message to, once the transaction is done; several are told one after the other. */
  readonly handOver?: HandOver | readonly HandOver[];
}

/** A message for a worker, by the file name of that. */
export interface HandOver {
  readonly worker: string;
  readonly message: object;
}

/** Who did it: a caller, or for what happens before there is one, `anonymous` in the workspace that it concerns. */
export type Actor = Pick<Caller, 'tenant' | 'principal' | 'address' | 'requestId'>;

/** The principal of those whose credential was refused. */
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
  /** Seconds since 1970 when the plan's retention ends. */
  readonly ttl: number;
  readonly worker?: string;
  /** JSON. */
  readonly message?: string;
  /** Further hand-overs as JSON. */
  readonly others?: string;
}

const main = new Table('main');
const secondsPerDay = 86_400;

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
    ttl: Math.ceil(now / 1000) + plans[tenant.plan].limits.log_retention_days * secondsPerDay,
    ...handedOver([event.handOver ?? []].flat()),
  };
  transaction.put(main, mainKeys.outbox(tenant.reference, newId(now)), { ...row });
}

function handedOver([first, ...others]: readonly HandOver[]): Pick<EventRow, 'worker' | 'message' | 'others'> {
  if (!first) return {};
  const { worker, message } = first;
  return {
    worker,
    message: JSON.stringify(message),
    ...(others.length > 0 ? { others: JSON.stringify(others) } : {}),
  };
}
