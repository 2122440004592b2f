import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unrecorded } from '../../../shared/http/once.ts';
import { replayDeliveries } from '../../../shared/webhooks/resend.ts';
import { runs } from '../../support/thorough.ts';
import { faults, injectFaults } from '../support/injected-faults.ts';
import { day, hour, type Reply, Yard } from './yard.ts';

/** Workers that crash between two calls, and queues that lose, duplicate and delay messages. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const url = 'https://a.example/hook';

describe('a worker that dies', () => {
  const steps = Array.from({ length: 24 }, (_, i) => i);

  test.each(steps.flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]))(
    'at call %i, %s it took effect, loses nothing',
    async (at, when) => {
      const id = await yard.webhook();
      yard.scripts.set(url, [500, 200]);
      await yard.happens();
      const revive = injectFaults(yard.database, [{ in: at, when }]);
      await yard.passes(hour);
      revive();
      await yard.passes(2 * hour);
      const deliveries = await yard.deliveries(id);
      expect(deliveries).toHaveLength(1);
      expect(deliveries[0]).toMatchObject({ status: 'success', next_attempt_at: null });
      expect(new Set(yard.calls.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    },
  );
});

test('whatever is lost, doubled or late, every event has one delivery, which ends', async () => {
  const plan = fc.record({
    events: fc.integer({ min: 1, max: 4 }),
    copies: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 }),
    replies: fc.array(fc.constantFrom<Reply[]>(200, 500, 400, 'timeout', 'reset'), { minLength: 1, maxLength: 6 }),
    faults: faults(3),
    pause: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ events, copies, replies, faults: dying, pause }) => {
      yard.end();
      yard = new Yard();
      const id = await yard.webhook({ max_attempts: 3 });
      yard.scripts.set(url, [...replies, 200]);
      const fates = [...copies];
      yard.copies = () => fates.shift() ?? 1;
      // Messages of the relay are never lost: the stream repeats its batch until they are sent.
      const isOfRelay = (sent: { QueueUrl: string }) => sent.QueueUrl.endsWith('webhooks/match');
      yard.copies = (sent) => (isOfRelay(sent) ? Math.max(1, fates.shift() ?? 1) : (fates.shift() ?? 1));
      for (let i = 0; i < events; i++) await yard.happens();
      const revive = injectFaults(yard.database, dying);
      await yard.passes(hour);
      revive();
      if (pause) {
        await yard.activate(id, false);
        await yard.activate(id, true);
      }
      await yard.passes(3 * day);
      const deliveries = await yard.deliveries(id);
      expect(new Set(deliveries.map(({ event_id }) => event_id)).size).toBe(events);
      expect(deliveries).toHaveLength(events);
      for (const { status } of deliveries) expect(['success', 'dead', 'skipped']).toContain(status);
      // Nothing is due any more.
      expect(
        yard.database.rows('main', ({ due, worker }) => due !== undefined && worker === 'webhooks/attempt'),
      ).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
}, 120_000);

test('a replay sends each delivery once, even if its worker crashes and its message is redelivered', async () => {
  const id = await yard.webhook();
  yard.scripts.set(url, [400]);
  const from = Date.now();
  for (let i = 0; i < 30; i++) await yard.happens();
  await yard.passes(60_000);
  yard.scripts.set(url, [200]);
  yard.calls.length = 0;
  const span = { created: { from, to: Date.now() }, of: 'undelivered' } as const;
  expect(await replayDeliveries.open().replay(yard.me, id, span, {}, unrecorded)).toEqual({
    queued: 30,
    has_more: false,
  });
  const revive = injectFaults(yard.database, [
    { in: 20, when: 'after' },
    { in: 12, when: 'before' },
  ]);
  await yard.passes(hour);
  revive();
  await yard.passes(hour);
  const deliveries = await yard.deliveries(id);
  expect(deliveries).toHaveLength(30);
  expect(deliveries.every(({ status }) => status === 'success')).toBe(true);
  expect(new Set(yard.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(30);
});

test('secrets stand nowhere in the clear', async () => {
  await yard.webhook({ secret: 'hunter2-hunter2-hunter2', auth: { type: 'bearer', token: 'tok-en-of-the-target' } });
  const stored = JSON.stringify([...yard.database.rows('main'), ...yard.database.rows('access')]);
  expect(stored).not.toMatch(/hunter2|tok-en/);
  await yard.happens();
  await yard.passes(60_000);
  expect(yard.calls[0]?.headers.authorization).toBe('Bearer tok-en-of-the-target');
  expect(JSON.stringify([...yard.database.rows('main')])).not.toMatch(/hunter2|tok-en/);
});
