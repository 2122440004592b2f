import { defineCapability } from '../capability/capability.ts';
import { AttemptMessage, type MatchMessage } from '../messages/webhooks.ts';
import { type PublicationRow, type Published, readPublication } from '../outbox/publish.ts';
import { sendTo } from '../queue/sender.ts';
import { whole } from '../submissions/whole.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { createdAtOf, idFor } from '../table/ids.ts';
import { keyOf } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { usageKeys } from '../table/keys/usage.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { type Row, Table } from '../table/table.ts';
import { monthName } from '../table/time-names.ts';
import { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import { bodyFor, eventIdOf, partsOf, putBody } from './body.ts';
import { type DeliveryRow, dueFor } from './delivery.ts';
import { type ThinWebhook, webhooks } from './kind.ts';
import { passes, selects } from './rules.ts';

/** Who is told of an event: one delivery for each webhook that asks for it. */

const [main, access] = [new Table('main'), new Table('access')];

/** The sweeper asks for a first attempt whose message was lost. It is later than the lease of a usual attempt. */
const lostMilliseconds = 180_000;

type Subscriber = ThinWebhook & { readonly sk: string };

/**
 * Creates the deliveries of an event. May be repeated: a delivery is named by its event and its webhook, so a repetition
 * finds it, and asks again for its first attempt, which is made once.
 */
async function match({ tenant, ...row }: MatchMessage): Promise<void> {
  const [publication, workspace] = await main.getMany<Row>([keyOf(row), workspaceKeys.workspace(tenant)]);
  if (!publication || !workspace) return;
  const event = readPublication(publication as unknown as PublicationRow);
  const all = await main.queryAll<Subscriber>(entityKeys.thins(tenant, webhooks.name));
  const asking = all.filter((webhook) => asks(webhook, event));
  const told = asking.length === 0 ? undefined : await whole(tenant, event);
  if (!told) return;
  const { id, plan } = workspace as unknown as WorkspaceRow;
  const ttl = loggedUntil(plan, event.publishedAt);
  const made: string[] = [];
  const deliver = async (webhook: Subscriber) => {
    if (await create(tenant, webhook, told, bodyFor(webhook.kind, id, told), ttl)) made.push(webhook.sk);
  };
  await sideBySide(asking, deliver, Number.POSITIVE_INFINITY);
  await countDeliveries(tenant, made.length);
}

/** A webhook that was created after the event does not get it, however late the event is handed on. */
function asks({ sk, events, filter }: Subscriber, { type, about, publishedAt }: Published): boolean {
  return createdAtOf(sk) <= publishedAt && selects(events, type) && passes(filter, about);
}

/** @returns whether the delivery is new */
async function create(
  tenant: TenantReference,
  { sk: webhookId, is_active }: Subscriber,
  { id, type }: Published,
  body: string,
  ttl: number,
): Promise<boolean> {
  const createdAt = createdAtOf(id);
  const deliveryId = idFor(createdAt, `${id} ${webhookId}`);
  const parts = partsOf(body, ttl);
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
    parts: parts.length,
    ttl,
    ...(is_active ? { nextAttemptAt: now, wantedAt: now } : { completedAt: now }),
  };
  await putBody(tenant, webhookId, deliveryId, parts);
  const isNew = await (is_active ? putPending(tenant, row, now) : putSkipped(tenant, row));
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

/** For the usage of the month; a worker that dies before this leaves deliveries out. */
async function countDeliveries(tenant: TenantReference, deliveries: number): Promise<void> {
  if (deliveries === 0) return;
  const counting = { expression: 'ADD webhook_deliveries :made', values: { ':made': deliveries } };
  await access.update(usageKeys.month(tenant, monthName(Date.now())), counting);
}

export const matchWebhooks = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'], access: ['UpdateItem'] },
  sendsTo: [AttemptMessage],
  defersTo: [AttemptMessage],
  open: () => ({ match }),
});
