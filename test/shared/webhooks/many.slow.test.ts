import type { Context, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handler } from '../../../functions/webhooks/attempt.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { AttemptMessage } from '../../../shared/messages/webhooks.ts';
import { answerTargetsWith } from '../../../shared/outbound/connector.ts';
import { replayDeliveries } from '../../../shared/webhooks/again.ts';
import { hour, Yard } from './yard.ts';

/** Deliveries by the thousand. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

test('10,000 dead deliveries are replayed, each once and under its own id, and no row is doubled', async () => {
  const [many, url] = [10_000, 'https://a.example/many'];
  const id = await yard.webhook({ url, rate_limit_per_minute: 1000 });
  yard.scripts.set(url, [400]);
  const from = Date.now();
  for (let i = 0; i < many; i++) await yard.happens();
  await yard.passes(hour);
  const before = await yard.deliveries(id);
  expect([before.length, new Set(before.map(({ status }) => status))]).toEqual([many, new Set(['dead'])]);

  yard.scripts.set(url, [200]);
  yard.calls.length = 0;
  const span = { created: { from, to: Date.now() }, of: 'undelivered' } as const;
  const answer = await replayDeliveries.open().replay(yard.me, id, span, {}, unrecorded);
  expect(answer).toEqual({ queued: many, has_more: false });
  await yard.passes(hour);
  const after = await yard.deliveries(id);
  expect(after.map((one) => one.id)).toEqual(before.map((one) => one.id));
  expect(new Set(after.map(({ status }) => status))).toEqual(new Set(['success']));
  expect(new Set(yard.calls.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set(before.map(({ event_id }) => event_id)),
  );
  expect(yard.calls).toHaveLength(many);
}, 300_000);

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
