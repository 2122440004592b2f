import { randomUUID } from 'node:crypto';
import { defineCapability } from '../capability/capability.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { readEntity } from '../entity/rows.ts';
import { NotifyMessage } from '../messages/notify.ts';
import { AttemptMessage, GoThroughMessage, SlowAttemptMessage } from '../messages/webhooks.ts';
import { callTargets, type OutboundResult } from '../outbound/connector.ts';
import { mostDelaySeconds, sendLater, sendTo } from '../queue/sender.ts';
import { openSecrets } from '../secrets/secrets.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { type Row, Table } from '../table/table.ts';
import { joined, readBody } from './body.ts';
import { inRoom, nextLook } from './body-memory.ts';
import { callOf } from './call.ts';
import { bury, skip } from './dead-letter.ts';
import { type DeliveryRow, isKept, isSkippedBy, waiting } from './delivery.ts';
import { type Webhook, webhooks } from './kind.ts';
import { isForQuickLane, type PaceRow, recordPace } from './lanes.ts';
import { removeDelivery } from './purge.ts';
import { claim, hold, type Outcome, putAttempt, succeed, waitFor } from './record.ts';
import { takeSlot } from './slots.ts';
import { count } from './stats.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/**
 * One attempt of a delivery. Its message may be redelivered, early, late or lost: the row of the delivery decides. It
 * is claimed before the call, and the sweeper finds it when it is overdue.
 */

const main = new Table('main');

/** The lease of an attempt beyond the time of its call: for the writes around it. */
const marginMilliseconds = 25_000;
/** How late a message may be before the sweeper sends another one. */
const graceMilliseconds = 60_000;
const patienceMilliseconds = 24 * 3_600_000;
/** How long after its time a slot of the rate may be used: a call that is later than that counts for another minute. */
const slotMilliseconds = 60_000;
/** Clocks of two functions may differ by this much. */
const skewMilliseconds = 2000;

/** A delivery that is to be attempted, with what the attempt needs. */
interface Scene {
  readonly message: AttemptMessage;
  readonly row: DeliveryRow;
  readonly webhook: Webhook;
  readonly body: string;
  readonly pace: PaceRow | undefined;
}

/** @param lane the queue that the message came from; see `lanes.ts` */
async function attempt(message: AttemptMessage, lane: 'quick' | 'slow'): Promise<void> {
  const { tenant, webhookId, deliveryId } = message;
  const [found, entity, first, pace] = await main.getMany<Row>([
    webhookKeys.delivery(tenant, webhookId, deliveryId),
    entityKeys.body(tenant, webhooks.name, webhookId),
    webhookKeys.body(tenant, webhookId, deliveryId, 0),
    webhookKeys.pace(tenant, webhookId),
  ]);
  const row = found as unknown as DeliveryRow | undefined;
  if (!row || !isWanted(row, message)) return;
  const webhook = entity && (readEntity(entity) as Webhook);
  if (!webhook) return await removeDelivery(tenant, row);
  if (isSkippedBy(webhook.values, row.startedAt)) return await skip(tenant, row);
  if (lane === 'quick' && !(await isForQuickLane(tenant, webhookId, pace as PaceRow | undefined))) {
    return await sendTo(SlowAttemptMessage.order(message), webhookId);
  }
  const due = { message, row, webhook, pace: pace as PaceRow | undefined };
  if (!(await hasItsTurn(due))) return;
  const called = await inRoom(row, async () => {
    const body = row.parts === 1 ? joined([first]) : await readBody(tenant, webhookId, deliveryId, row.parts);
    // The retention is over.
    if (body === undefined) return await removeDelivery(tenant, row);
    await make({ ...due, body });
  });
  if (!called) await waitForRoom(message, row);
}

/** Whether this message is for the next attempt, the attempt is due, and no worker is making it. */
function isWanted(row: DeliveryRow, { attempt }: AttemptMessage): boolean {
  const now = Date.now();
  const isNext = waiting.includes(row.status) && row.attempts === attempt - 1;
  const isFree = (row.claimedUntil ?? 0) <= now;
  return isNext && isFree && isKept(row, now) && (row.nextAttemptAt ?? 0) <= now + skewMilliseconds;
}

/**
 * Takes a slot of the webhook's rate. If its time has not come, the delivery waits for it; after a day it becomes a
 * dead letter.
 */
async function hasItsTurn({ message, row, webhook }: Omit<Scene, 'body'>): Promise<boolean> {
  const { tenant, webhookId } = message;
  const now = Date.now();
  if (row.slotFor === message.attempt && now < (row.nextAttemptAt ?? 0) + slotMilliseconds) return true;
  const end = (row.wantedAt ?? row.startedAt) + patienceMilliseconds;
  const limit = webhook.values.rate_limit_per_minute;
  const slot = await takeSlot(tenant, webhookId, limit, Math.max(end, now + 1));
  if (slot !== undefined && slot <= now + skewMilliseconds) return true;
  if (slot === undefined && end <= now) {
    await bury(tenant, webhook.id, row, { kind: 'dead', error: 'rate_limit', gone: false });
    return false;
  }
  const at = slot ?? end;
  await hold(tenant, row, at, slot === undefined ? {} : { slotFor: message.attempt }, sweptAt(at, now));
  await sendAt(message, at, now);
  return false;
}

async function make(scene: Scene): Promise<void> {
  const { message, row, webhook, body } = scene;
  const { tenant } = message;
  const token = randomUUID();
  const at = Date.now();
  const until = at + webhook.values.timeout_seconds * 1000 + marginMilliseconds;
  if (!(await claim(tenant, row, token, until))) return;
  const sent = { id: row.eventId, type: row.eventType, body };
  const result = await callTargets.open().call(await callOf(tenant, webhook, sent, message.attempt));
  await record(scene, token, at, result);
  await recordPace(tenant, message.webhookId, scene.pace, result);
}

/** Postpones the attempt, since this process has too many bodies in memory. */
async function waitForRoom(message: AttemptMessage, row: DeliveryRow): Promise<void> {
  const now = Date.now();
  const at = nextLook(now);
  await hold(message.tenant, row, at, { slotFor: message.attempt }, sweptAt(at, now));
  await sendAt(message, at, now);
}

async function record({ message, row, webhook }: Scene, token: string, at: number, result: OutboundResult) {
  const { tenant, webhookId } = message;
  const now = Date.now();
  const progress = { tries: row.tries + 1, maxAttempts: webhook.values.max_attempts };
  const verdict = verdictOf(result, progress, now, Math.random());
  const outcome = outcomeOf(result, verdict);
  await putAttempt(tenant, row, {
    number: message.attempt,
    at,
    durationMs: outcome.durationMs,
    ...(outcome.status === undefined ? {} : { responseStatus: outcome.status }),
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
    ...('body' in result ? { responseBody: result.body } : {}),
    ttl: row.ttl,
  });
  if (verdict.kind === 'dead') return await bury(tenant, webhookId, row, verdict, { token, outcome });
  if (verdict.kind === 'success') {
    await succeed(tenant, row, token, outcome, now);
    return await count(tenant, webhookId, 'delivered');
  }
  await waitFor(tenant, row, token, outcome, verdict.at, sweptAt(verdict.at, now));
  await sendAt({ ...message, attempt: message.attempt + 1 }, verdict.at, now);
  await count(tenant, webhookId, 'failed');
}

const outcomeOf = (result: OutboundResult, verdict: Verdict): Outcome => ({
  status: 'status' in result ? result.status : undefined,
  durationMs: result.durationMilliseconds,
  error: verdict.kind === 'success' ? undefined : verdict.error,
});

const isSoon = (at: number, now: number): boolean => at - now <= mostDelaySeconds * 1000;

/** When the sweeper sends a message: when the attempt is due, or, if one is under way, so late that it must be lost. */
const sweptAt = (at: number, now: number): number => (isSoon(at, now) ? at + graceMilliseconds : at);

/** Sends a delayed message, if SQS can delay it that long; otherwise the sweeper sends it. */
async function sendAt(message: AttemptMessage, at: number, now: number): Promise<void> {
  if (!isSoon(at, now)) return;
  const seconds = Math.min(mostDelaySeconds, Math.max(0, Math.ceil((at - now) / 1000)));
  await sendLater(AttemptMessage.order(message), message.webhookId, seconds);
}

export const attemptDeliveries = defineCapability({
  tables: together([
    { main: ['BatchGetItem', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    { access: ['GetItem', 'Query', 'PutItem', 'UpdateItem'] },
    tablesOf(webhooks, 'change'),
    openSecrets.tables ?? {},
  ]),
  secrets: 'open',
  settings: callTargets.settings ?? [],
  sendsTo: [AttemptMessage, SlowAttemptMessage],
  handsTo: [NotifyMessage],
  defersTo: [AttemptMessage, GoThroughMessage],
  open: () => ({
    attempt: (message: AttemptMessage) => attempt(message, 'quick'),
    attemptSlowly: (message: AttemptMessage) => attempt(message, 'slow'),
  }),
});
