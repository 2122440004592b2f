import { defineCapability } from '../capability/capability.ts';
import { findEntity } from '../entity/rows.ts';
import { AttemptMessage, GoThroughMessage } from '../messages/webhooks.ts';
import { sendTo } from '../queue/sender.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { retryingRaces } from '../table/races.ts';
import { optional, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { concurrently } from '../worker/concurrently.ts';
import { skip } from './dead-letter.ts';
import { type DeliveryRow, isKept, isSkippedBy, waiting } from './delivery.ts';
import { type Webhook, webhooks } from './kind.ts';
import { begin } from './record.ts';
import { pageOfReplay } from './replayed.ts';

/** Long jobs on the deliveries of a webhook. A message does a part of a job, and sends another one that continues. */

const main = new Table('main');

const pageSize = 200;
const workMilliseconds = 30_000;
/** After this time, the sweeper requests an attempt whose message was lost. */
const lostMilliseconds = 180_000;

type Job<K extends GoThroughMessage['job']> = Extract<GoThroughMessage, { readonly job: K }>;

/** A part of a job. @returns the delivery after which to continue; undefined at the end */
type Part = (after: string | undefined) => Promise<string | undefined>;

async function run(message: GoThroughMessage): Promise<void> {
  const webhook = await findEntity(webhooks, message.tenant, message.webhookId);
  if (!webhook) return;
  const until = Date.now() + workMilliseconds;
  const part: Part =
    message.job === 'replay'
      ? (after) => replayPart(message, webhook, after)
      : (after) => skipPart(message, webhook, after);
  let after = message.after;
  do {
    after = await part(after);
  } while (after !== undefined && Date.now() < until);
  if (after !== undefined) await sendTo(GoThroughMessage.order({ ...message, after }), message.webhookId);
}

/** A replay of an inactive webhook cannot be started. If the webhook becomes inactive meanwhile, the replay ends. */
async function replayPart(message: Job<'replay'>, { values }: Webhook, after: string | undefined) {
  if (!values.is_active) return undefined;
  const { tenant, webhookId, of, from, to } = message;
  const page = await pageOfReplay(tenant, webhookId, of, [from, to], after, pageSize);
  await concurrently(page.ids, (id) => sendAgain(message, id), Number.POSITIVE_INFINITY);
  return page.next;
}

/**
 * Starts the schedule of a delivery anew, unless it took part in this replay already, or an attempt is being made. If
 * it took part and still waits, its message is sent again: an earlier run may have crashed before it sent it.
 */
async function sendAgain({ tenant, webhookId, replay, of }: Job<'replay'>, id: string): Promise<void> {
  const row = await retryingRaces(async () => {
    const now = Date.now();
    const found = await main.get<DeliveryRow>(webhookKeys.delivery(tenant, webhookId, id));
    if (!found || !isKept(found) || found.replay === replay) return found;
    if ((found.claimedUntil ?? 0) > now || (of === 'undelivered' && !isUndelivered(found))) return undefined;
    const transaction = new Transaction();
    begin(transaction, tenant, found, now, now + lostMilliseconds, { replay });
    await transaction.commit();
    return found;
  });
  if (!row || (row.replay === replay && !waiting.includes(row.status))) return;
  const message = { tenant, webhookId, deliveryId: id, attempt: row.attempts + 1 };
  await sendTo(AttemptMessage.order(message), webhookId);
}

const isUndelivered = ({ status }: DeliveryRow): boolean => status === 'dead' || status === 'skipped';

async function skipPart({ tenant, webhookId }: Job<'skip'>, { values }: Webhook, after: string | undefined) {
  const filter = {
    expression: '#status = :pending OR #status = :failed',
    names: { '#status': 'status' },
    values: { ':pending': 'pending', ':failed': 'failed' },
  };
  const options = { filter, pageSize: 5 * pageSize, ...optional('after', after) };
  const page = await main.query<DeliveryRow>(webhookKeys.deliveries(tenant, webhookId), options);
  const skipped = page.rows.filter(({ startedAt }) => isSkippedBy(values, startedAt));
  await concurrently(skipped, (row) => skip(tenant, row), Number.POSITIVE_INFINITY);
  return page.next;
}

export const goThroughDeliveries = defineCapability({
  tables: { main: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  sendsTo: [AttemptMessage, GoThroughMessage],
  defersTo: [AttemptMessage],
  open: () => ({ run }),
});
