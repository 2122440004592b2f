import type { Order } from '../queue/message.ts';
import { shardOf } from '../table/key.ts';
import { outboxKeys } from '../table/keys/outbox.ts';
import { type PackedText, packText } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { EventType } from './event-types.ts';

/** The values that filters of webhooks and workflows compare. An event may have several values of a key, or none. */
export interface About {
  readonly geofence_ids?: readonly string[];
  readonly geofence_tags?: readonly string[];
  readonly group_names?: readonly string[];
  readonly device_ids?: readonly string[];
  readonly form_ids?: readonly string[];
}

/**
 * An event that is published to webhooks, workflows and the timeline. Unlike the events of `event.ts`, it is not an
 * audit entry.
 */
export interface Publication {
  /** A UUIDv7 of the instant. */
  readonly id: string;
  readonly type: EventType;
  /** What it happened to: publications with the same subject are relayed one after the other. */
  readonly subject: string;
  /** Its content for the receivers. */
  readonly data: object;
  readonly about?: About;
  /** When it happened, in milliseconds since 1970; now if absent. */
  readonly happenedAt?: number;
  readonly handOver?: readonly Order[];
}

/** The row of a publication in the outbox. */
export interface PublicationRow {
  /** The id of the publication. */
  readonly sk: string;
  readonly action: EventType;
  readonly resourceId: string;
  /** JSON. */
  readonly data: PackedText;
  /** JSON of {@link About}. */
  readonly about?: string;
  /** When it was written, in milliseconds since 1970. */
  readonly occurredAt: number;
  readonly happenedAt?: number;
  readonly ttl: number;
  readonly orders?: string;
}

const main = new Table('main');
/** A row may be relayed again for this long. */
const keptSeconds = 7 * 86_400;

export function publish(transaction: Transaction, tenant: Tenant, publication: Publication): void {
  const { id, type, subject, data, about, happenedAt, handOver } = publication;
  const now = Date.now();
  const shard = shardOf(tenant.outboxShards, subject);
  const row: Omit<PublicationRow, 'sk'> = {
    action: type,
    resourceId: subject,
    data: packText(JSON.stringify(data)),
    ...(about ? { about: JSON.stringify(about) } : {}),
    occurredAt: now,
    ...(happenedAt === undefined ? {} : { happenedAt }),
    ttl: Math.ceil(now / 1000) + keptSeconds,
    ...(handOver?.length ? { orders: JSON.stringify(handOver) } : {}),
  };
  transaction.put(main, outboxKeys.published(tenant.reference, shard, id), { ...row });
}

/** A publication as it is read back. */
export interface Published {
  readonly id: string;
  readonly type: EventType;
  /** JSON, with all digits of its numbers. */
  readonly data: string;
  readonly about: About;
  readonly happenedAt: number;
  readonly publishedAt: number;
}
