import { randomInt } from 'node:crypto';
import type { Order } from '../queue/message.ts';
import { outboxKeys } from '../table/keys/outbox.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/**
 * Something that happened in the world, for webhooks, workflows and the timeline. Unlike what `event.ts` records, it is
 * no entry of the audit log: nobody did it through the API.
 */
export interface Publication {
  /** A UUIDv7 of the instant. */
  readonly id: string;
  /** `geofence.enter` */
  readonly type: string;
  /** What it happened to: publications with the same subject are handed on one after the other. */
  readonly subject: string;
  /** What is told of it. */
  readonly data: object;
  readonly handOver?: readonly Order[];
}

const main = new Table('main');
/** A row may be handed on again for this long. */
const keptSeconds = 7 * 86_400;

export function publish(transaction: Transaction, tenant: Tenant, publication: Publication): void {
  const { id, type, subject, data, handOver } = publication;
  const now = Date.now();
  const shard = randomInt(tenant.outboxShards);
  transaction.put(main, outboxKeys.published(tenant.reference, shard, id), {
    action: type,
    resourceId: subject,
    data: JSON.stringify(data),
    occurredAt: now,
    ttl: Math.ceil(now / 1000) + keptSeconds,
    ...(handOver?.length ? { orders: JSON.stringify(handOver) } : {}),
  });
}
