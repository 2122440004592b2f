import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import type { Recording } from '../http/once.ts';
import { AttemptMessage, GoThroughMessage } from '../messages/webhooks.ts';
import { recordEvent } from '../outbox/event.ts';
import { problem } from '../problems/problem.ts';
import { idsCreatedIn, newId, type Span } from '../table/ids.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import { showDelivery, statusOf } from './delivery.ts';
import type { ShownDelivery } from './delivery-wire.ts';
import { type Webhook, webhooks } from './kind.ts';
import { requireDelivery } from './read.ts';
import { begin } from './record.ts';
import { pageOfReplay, type Replayed } from './replayed.ts';

/** Sending deliveries again: one, or all of a time span. Their schedule starts anew. */

/** Response headers, which a retry of the request gets too. */
type Headers = Readonly<Record<string, string>>;

/** After this time, the sweeper requests the attempt if its message was lost. */
const lostMilliseconds = 60_000;

async function requireActive(tenant: Tenant, webhookId: string, to: string): Promise<Webhook> {
  const webhook = await requireEntity(webhooks, tenant, webhookId);
  if (webhook.values.is_active) return webhook;
  throw problem('INVALID_TRANSITION', 'The webhook is inactive; set "is_active" first.', { from: 'inactive', to });
}

/** @throws NOT_FOUND, INVALID_TRANSITION if it is pending or being attempted, or the webhook is inactive */
async function retry(
  caller: Caller,
  webhookId: string,
  id: string,
  headers: Headers,
  once: Recording,
): Promise<ShownDelivery> {
  const { tenant } = caller;
  return await retryingRaces(async () => {
    const webhook = await requireActive(tenant, webhookId, 'pending');
    const row = await requireDelivery(tenant.reference, webhookId, id);
    const from = statusOf(row, webhook);
    if (from === 'pending' || (row.claimedUntil ?? 0) > Date.now()) {
      const detail = 'The delivery is pending: an attempt will be made, or is being made.';
      throw problem('INVALID_TRANSITION', detail, { from, to: 'pending' });
    }
    const now = Date.now();
    const transaction = new Transaction();
    const shown = showDelivery(begin(transaction, tenant.reference, row, now, now + lostMilliseconds), webhook);
    const message = { tenant: tenant.reference, webhookId, deliveryId: id, attempt: row.attempts + 1 };
    recordEvent(transaction, caller, {
      action: 'delivery.retry',
      resourceType: 'delivery',
      resourceId: id,
      changes: { status: [from, 'pending'] },
      handOver: [AttemptMessage.order(message)],
    });
    once.record(transaction, { status: 202, body: shown, headers });
    await transaction.commit();
    return shown;
  });
}

export interface Replay {
  readonly created: Span;
  readonly of: Replayed;
}

/** The most deliveries of one replay. */
const mostReplayed = 10_000;

/**
 * Asks a worker to send deliveries again, oldest first.
 *
 * @returns how many, and whether there are more of them
 * @throws NOT_FOUND, INVALID_TRANSITION if the webhook is inactive
 */
async function replay(caller: Caller, webhookId: string, { created, of }: Replay, headers: Headers, once: Recording) {
  const { tenant } = caller;
  const { reference } = tenant;
  await requireActive(tenant, webhookId, 'replayed');
  const [from, to] = idsCreatedIn(created);
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await pageOfReplay(reference, webhookId, of, [from, to], after, mostReplayed + 1 - found.length);
    found.push(...page.ids);
    after = page.next;
  } while (after !== undefined && found.length <= mostReplayed);
  const ids = found.slice(0, mostReplayed);
  const answer = { queued: ids.length, has_more: found.length > mostReplayed };
  const last = ids.at(-1);
  const name = newId(Date.now());
  const about = { tenant: reference, webhookId, job: 'replay', replay: name, of, from } as const;
  const transaction = new Transaction();
  recordEvent(transaction, caller, {
    action: 'webhook.replay',
    resourceType: 'webhook',
    resourceId: webhookId,
    changes: { from: [null, printInstant(created.from)], to: [null, printInstant(created.to)], ...changed(answer) },
    handOver: last === undefined ? [] : [GoThroughMessage.order({ ...about, to: last })],
  });
  once.record(transaction, { status: 202, body: answer, headers });
  await transaction.commit();
  return answer;
}

const changed = ({ queued }: { readonly queued: number }) => ({ queued: [null, queued] as const });

export const retryDeliveries = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  handsTo: [AttemptMessage],
  defersTo: [AttemptMessage],
  raises: ['NOT_FOUND', 'INVALID_TRANSITION'],
  open: () => ({ retry }),
});

export const replayDeliveries = defineCapability({
  tables: { main: ['GetItem', 'Query', 'PutItem'] },
  handsTo: [GoThroughMessage],
  raises: ['NOT_FOUND', 'INVALID_TRANSITION'],
  open: () => ({ replay }),
});
