import type { Context, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handler } from '../../../functions/webhooks/attempt-slow.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { AttemptMessage } from '../../../shared/messages/webhooks.ts';
import { answerTargetsWith } from '../../../shared/outbound/connector.ts';
import { newId } from '../../../shared/table/ids.ts';
import { webhookKeys } from '../../../shared/table/keys/webhooks.ts';
import { attemptDeliveries } from '../../../shared/webhooks/attempt.ts';
import { replayDeliveries } from '../../../shared/webhooks/resend.ts';
import { hour, Yard } from './yard.ts';

/** Deliveries by the thousand. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

/** Puts deliveries that have died, as their last attempts leave them. @returns their ids, oldest first */
function bury(webhookId: string, many: number): string[] {
  const { reference } = yard.me.tenant;
  const now = Date.now();
  const ttl = Math.ceil((now + 24 * hour) / 1000);
  const times = { createdAt: now, startedAt: now, completedAt: now, ttl };
  return Array.from({ length: many }, () => {
    const id = newId(now);
    const ended = { webhookId, status: 'dead', ttl } as const;
    const row = {
      ...ended,
      eventId: `evt_${id}`,
      eventType: 'device.online',
      ...times,
      attempts: 1,
      tries: 1,
      parts: 1,
    };
    yard.database.set('main', { ...webhookKeys.delivery(reference, webhookId, id), ...row });
    yard.database.set('main', { ...webhookKeys.undelivered(reference, id), ...ended });
    yard.database.set('main', { ...webhookKeys.body(reference, webhookId, id, 0), text: '{}', ttl });
    return id;
  }).sort();
}

test('10,000 dead deliveries are replayed, each once and in its row, though the message is delivered twice', async () => {
  const [id, from] = [await yard.webhook(), Date.now()];
  const ids = bury(id, 10_000);
  const rows = () => yard.database.rows('main').length;
  const before = rows();
  const asked: AttemptMessage[] = [];
  yard.copies = ({ QueueUrl, MessageBody }) => {
    if (!QueueUrl.endsWith(AttemptMessage.worker)) return 2;
    asked.push(AttemptMessage.parse(JSON.parse(MessageBody)));
    return 0;
  };
  const span = { created: { from, to: Date.now() }, of: 'undelivered' } as const;
  const answer = await replayDeliveries.open().replay(yard.me, id, span, {}, unrecorded);
  expect(answer).toEqual({ queued: 10_000, has_more: false });
  await yard.work();
  expect(yard.failures).toEqual([]);
  expect([...new Set(asked.map(({ deliveryId }) => deliveryId))].sort()).toEqual(ids);
  expect(new Set(asked.map(({ attempt }) => attempt))).toEqual(new Set([2]));
  const after = await yard.deliveries(id);
  expect([after.length, new Set(after.map(({ status }) => status))]).toEqual([10_000, new Set(['pending'])]);
  // The list of those that are not delivered is empty again; the replay itself left a row in the audit log.
  expect(rows()).toBe(before - 10_000 + 1);

  await attemptDeliveries.open().attempt(asked[0]!);
  await attemptDeliveries.open().attempt(asked[0]!);
  expect(yard.calls).toHaveLength(1);
}, 120_000);

test('a worker keeps the calls of its whole batch in flight', async () => {
  const size = 64;
  const id = await yard.webhook();
  const sent: AttemptMessage[] = [];
  yard.copies = ({ QueueUrl, MessageBody }) => {
    if (QueueUrl.endsWith(AttemptMessage.worker)) sent.push(AttemptMessage.parse(JSON.parse(MessageBody)));
    return QueueUrl.endsWith(AttemptMessage.worker) ? 0 : 1;
  };
  for (let i = 0; i < size; i++) await yard.happens();
  await yard.work();
  let [inFlight, most] = [0, 0];
  let open!: () => void;
  const allAreThere = new Promise<void>((resolve) => (open = resolve));
  answerTargetsWith(async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    if (inFlight === size) open();
    await allAreThere;
    inFlight -= 1;
    return { status: 200, retryAfter: undefined, body: 'ok' };
  });
  const Records = sent.map((message, i) => ({ messageId: String(i), body: JSON.stringify(message) }) as SQSRecord);
  expect(await handler({ Records }, {} as Context)).toEqual({ batchItemFailures: [] });
  expect([most, (await yard.deliveries(id)).filter(({ status }) => status === 'success').length]).toEqual([size, size]);
}, 60_000);
