import type { Tables } from '../capability/capability.ts';
import { AttemptMessage } from '../messages/webhooks.ts';
import type { Published } from '../outbox/publish.ts';
import { sendTo } from '../queue/sender.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { createdAtOf, idFor } from '../table/ids.ts';
import { usageKeys } from '../table/keys/usage.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { Table } from '../table/table.ts';
import { monthName } from '../table/time-names.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { eventIdOf, partsOf, putBody } from './body.ts';
import { type DeliveryRow, dueFor } from './delivery.ts';
import type { ThinWebhook } from './kind.ts';

/** The writes that create the delivery of an event to a webhook. */

const [main, access] = [new Table('main'), new Table('access')];

/**
 * After this time, the sweeper requests a first attempt whose message was lost. Longer than the lease of a usual
 * attempt.
 */
const lostMilliseconds = 180_000;

/**
 * Creates the delivery of an event and asks for its first attempt. Idempotent: its id follows from the event and the
 * webhook.
 *
 * @param body the envelope of the event
 * @param ttl seconds since 1970, when the retention of the plan ends
 * @returns whether the delivery is new
 */
export async function deliver(
  tenant: TenantReference,
  { sk: webhookId, is_active }: Pick<ThinWebhook, 'is_active'> & { readonly sk: string },
  { id, type }: Pick<Published, 'id' | 'type'>,
  body: string,
  ttl: number,
): Promise<boolean> {
  const createdAt = createdAtOf(id);
  const deliveryId = idFor(createdAt, `${id} ${webhookId}`);
  const parts = partsOf(body, ttl);
  // A retry need not write its large body again.
  const isThere = parts.length > 1 && (await main.get(webhookKeys.delivery(tenant, webhookId, deliveryId)));
  const create = async (): Promise<boolean> => {
    const now = Date.now();
    const row: DeliveryRow = {
      sk: deliveryId,
      webhookId,
      eventId: eventIdOf(id),
      eventType: type,
      status: is_active ? 'pending' : 'skipped',
      createdAt,
      startedAt: now,
      attempts: 0,
      tries: 0,
      ...(await putBody(tenant, webhookId, deliveryId, parts)),
      ttl,
      ...(is_active ? { nextAttemptAt: now, wantedAt: now } : { completedAt: now }),
    };
    return await (is_active ? putPending(tenant, row, now) : putSkipped(tenant, row));
  };
  const isNew = !isThere && (await create());
  if (is_active) await sendTo(AttemptMessage.order({ tenant, webhookId, deliveryId, attempt: 1 }), webhookId);
  return isNew;
}

async function putPending(tenant: TenantReference, row: DeliveryRow, now: number): Promise<boolean> {
  const key = webhookKeys.delivery(tenant, row.webhookId, row.sk);
  const due = dueFor(tenant, row, 1, now + lostMilliseconds);
  return await isDone(main.put(key, { ...row, ...due }, absent));
}

async function putSkipped(tenant: TenantReference, row: DeliveryRow): Promise<boolean> {
  const { webhookId, sk, status, ttl } = row;
  const transaction = new Transaction();
  transaction.put(main, webhookKeys.delivery(tenant, webhookId, sk), { ...row }, absent, alreadyThere);
  transaction.put(main, webhookKeys.undelivered(tenant, sk), { webhookId, status, ttl });
  return await isDone(transaction.commit());
}

class AlreadyThere extends Error {}
const alreadyThere = () => new AlreadyThere();

/** False if the row existed before. */
async function isDone(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof AlreadyThere || isConditionFailed(error)) return false;
    throw error;
  }
}

/** Counts deliveries for the usage of the month. A worker that crashes before this leaves some out. */
export async function countDeliveries(tenant: TenantReference, deliveries: number): Promise<void> {
  if (deliveries === 0) return;
  const counting = { expression: 'ADD webhook_deliveries :made', values: { ':made': deliveries } };
  await access.update(usageKeys.month(tenant, monthName(Date.now())), counting);
}

/** What {@link deliver} and {@link countDeliveries} need. */
export const tablesOfDelivery = { main: ['GetItem', 'PutItem'], access: ['UpdateItem'] } as const satisfies Tables;
