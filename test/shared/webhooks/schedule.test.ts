import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { requireEntity } from '../../../shared/entity/rows.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { webhooks } from '../../../shared/webhooks/kind.ts';
import { readDeadLetters } from '../../../shared/webhooks/read.ts';
import { replayDeliveries, retryDeliveries } from '../../../shared/webhooks/resend.ts';
import { day, hour, type Reply, Yard } from './yard.ts';

/** The life of deliveries: how often and when they are attempted, and how they end. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  yard.end();
});

const url = 'https://a.example/hook';

/** Seconds between the calls, as a target sees them. */
const gaps = () => yard.calls.slice(1).map(({ at }, i) => Math.round((at - yard.calls[i]!.at) / 1000));

async function outcomeOf(replies: readonly Reply[], more: object = {}, wait = 6 * day) {
  const id = await yard.webhook(more);
  yard.scripts.set(url, [...replies]);
  await yard.happens();
  await yard.passes(wait);
  expect(yard.failures).toEqual([]);
  return { id, delivery: await yard.delivery(id) };
}

describe('an answer', () => {
  test.each([200, 201, 202, 204, 299])('of %i is a success, at the first attempt', async (status) => {
    const { delivery } = await outcomeOf([status], {}, hour);
    expect(delivery).toMatchObject({ status: 'success', attempt_count: 1, response_status: status, error: null });
    expect(delivery.completed_at).not.toBeNull();
    expect(delivery.attempts).toMatchObject([
      { number: 1, response_status: status, response_body: `answer ${status}` },
    ]);
    expect(yard.calls).toHaveLength(1);
  });

  test.each([301, 302, 307, 400, 401, 403, 404, 409, 422, 451])('of %i is final', async (status) => {
    const { delivery } = await outcomeOf([status]);
    expect(delivery).toMatchObject({ status: 'dead', attempt_count: 1, response_status: status, error: 'status' });
    expect(yard.calls).toHaveLength(1);
  });

  test.each([[408], [425], [429], [500], [502], [503], [504], [599]])('of %i is tried again', async (status) => {
    const { delivery } = await outcomeOf([status, 200], {}, hour);
    expect(delivery).toMatchObject({ status: 'success', attempt_count: 2, response_status: 200 });
    expect(gaps()).toEqual([30]);
  });

  test.each(['timeout', 'tls', 'reset'] as const)('that does not arrive (%s) is retried', async (fault) => {
    const { delivery } = await outcomeOf([fault, 200], {}, hour);
    expect(delivery.attempts).toMatchObject([
      { number: 1, response_status: null, error: fault === 'reset' ? 'network' : fault, response_body: null },
      { number: 2, response_status: 200, error: null },
    ]);
  });
});

test('the delays are 30 s, 2 min, 10 min, 1 h, 4 h, 12 h and then 12 h each, until the last attempt', async () => {
  const { delivery } = await outcomeOf([500], { max_attempts: 10 }, 5 * day);
  const asked = [30, 120, 600, 3600, 4 * 3600, 12 * 3600, 12 * 3600, 12 * 3600, 12 * 3600];
  expect(gaps()).toHaveLength(9);
  // Delays that are too long for SQS are ended by the sweeper, which runs each minute.
  for (const [i, gap] of gaps().entries()) {
    expect(gap).toBeGreaterThanOrEqual(asked[i]!);
    expect(gap).toBeLessThanOrEqual(asked[i]! + 60);
  }
  expect(delivery).toMatchObject({ status: 'dead', attempt_count: 10, error: 'status', next_attempt_at: null });
  expect(yard.calls.map(({ headers }) => headers['X-Hexfence-Attempt'])).toEqual(
    Array.from({ length: 10 }, (_, i) => String(i + 1)),
  );
});

test.each([
  [0, 24],
  [1, 36],
])('the delays vary by a fifth (chance %d: %i s)', async (chance, seconds) => {
  vi.spyOn(Math, 'random').mockReturnValue(chance);
  await outcomeOf([500, 200], {}, hour);
  expect(gaps()).toEqual([seconds]);
});

test('every attempt sends the same bytes under the same id', async () => {
  await outcomeOf([500, 'timeout', 503, 200], {}, day);
  expect(yard.calls).toHaveLength(4);
  expect(new Set(yard.calls.map(({ body }) => body)).size).toBe(1);
  expect(new Set(yard.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

describe('`Retry-After`', () => {
  test.each([
    ['120', 120],
    ['5', 30],
    ['86400', 3600],
    ['soon', 30],
    ['-5', 30],
  ])('of %s', async (retryAfter, seconds) => {
    await outcomeOf([{ status: 503, retryAfter }, 200], {}, 2 * hour);
    const [gap] = gaps();
    expect(gap).toBeGreaterThanOrEqual(seconds);
    expect(gap).toBeLessThanOrEqual(seconds + 60);
  });

  test('of a date', async () => {
    const at = new Date(Date.now() + 300_000).toUTCString();
    await outcomeOf([{ status: 429, retryAfter: at }, 200], {}, hour);
    expect(gaps()).toEqual([300]);
  });
});

test('410 switches the webhook off, and says so', async () => {
  const { id, delivery } = await outcomeOf([410], {}, hour);
  expect(delivery).toMatchObject({ status: 'dead', response_status: 410 });
  const { values } = await requireEntity(webhooks, yard.me.tenant, id);
  expect(values).toMatchObject({ is_active: false, disabled_reason: 'gone' });
  expect(yard.notices).toMatchObject([{ type: 'webhook.disabled', audience: 'admins' }]);
  await yard.happens();
  await yard.passes(hour);
  expect(yard.calls).toHaveLength(1);
  expect((await yard.deliveries(id)).map(({ status }) => status)).toEqual(['skipped', 'dead']);
});

test('the owners are notified of the first dead letter of a day, once for each webhook', async () => {
  const id = await yard.webhook();
  yard.scripts.set(url, [400]);
  for (let i = 0; i < 5; i++) await yard.happens();
  await yard.passes(hour);
  expect(yard.notices).toMatchObject([{ type: 'webhook.failing', link: `/api/v1/webhooks/${id}` }]);
  await yard.passes(day);
  await yard.happens();
  await yard.passes(hour);
  expect(yard.notices).toHaveLength(2);
});

test('five days without a success and twenty dead switch the webhook off', async () => {
  const id = await yard.webhook();
  yard.scripts.set(url, [400]);
  for (let i = 0; i < 19; i++) await yard.happens();
  await yard.passes(5 * day);
  const isActive = async () => (await requireEntity(webhooks, yard.me.tenant, id)).values;
  expect((await isActive()).is_active).toBe(true);
  await yard.happens();
  await yard.passes(hour);
  // The first nineteen are as old as the limit; one more in the same five days makes twenty.
  for (let i = 0; i < 20; i++) await yard.happens();
  await yard.passes(hour);
  expect(await isActive()).toMatchObject({ is_active: false, disabled_reason: 'failing' });
  expect(yard.notices.map(({ type }) => type)).toContain('webhook.disabled');
});

test('one success in five days keeps a webhook on', async () => {
  const id = await yard.webhook();
  yard.scripts.set(url, [200, 400]);
  await yard.happens();
  await yard.passes(4 * day);
  for (let i = 0; i < 30; i++) await yard.happens();
  await yard.passes(hour);
  expect((await requireEntity(webhooks, yard.me.tenant, id)).values.is_active).toBe(true);
});

describe('a webhook that becomes inactive', () => {
  test('has its waiting deliveries skipped, and does not send them when it is active again', async () => {
    const id = await yard.webhook();
    yard.scripts.set(url, [500]);
    await yard.happens();
    await yard.passes(60_000);
    const calls = yard.calls.length;
    await yard.activate(id, false);
    expect((await yard.delivery(id)).status).toBe('skipped');
    await yard.activate(id, true);
    expect((await yard.delivery(id)).status).toBe('skipped');
    await yard.passes(day);
    expect(yard.calls).toHaveLength(calls);
    expect(yard.failures).toEqual([]);
  });

  test('keeps what happens meanwhile as skipped, and replays it', async () => {
    const id = await yard.webhook({ is_active: false });
    const from = Date.now();
    await yard.happens();
    await yard.passes(60_000);
    expect((await yard.delivery(id)).status).toBe('skipped');
    await yard.activate(id, true);
    const span = { created: { from, to: Date.now() }, of: 'undelivered' } as const;
    const answer = await replayDeliveries.open().replay(yard.me, id, span, {}, unrecorded);
    expect(answer).toEqual({ queued: 1, has_more: false });
    await yard.passes(60_000);
    expect((await yard.delivery(id)).status).toBe('success');
  });
});

test('a retry starts the schedule again, under the same id', async () => {
  const { id, delivery } = await outcomeOf([500], { max_attempts: 2 }, hour);
  expect(delivery.status).toBe('dead');
  const letters = async () => {
    const page = { limit: 10, offset: 0, after: undefined, counted: true };
    return (await readDeadLetters.open().list(yard.me.tenant, undefined, undefined, page)).rows.length;
  };
  expect(await letters()).toBe(1);
  await retryDeliveries.open().retry(yard.me, id, delivery.id, {}, unrecorded);
  expect(await letters()).toBe(0);
  await yard.passes(hour);
  const again = await yard.delivery(id);
  expect(again).toMatchObject({ status: 'dead', attempt_count: 4 });
  expect(again.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  expect(new Set(yard.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

describe('the rate of a webhook', () => {
  test('lets no more calls through in a minute; the surplus waits for its time', async () => {
    await yard.webhook({ rate_limit_per_minute: 10 });
    for (let i = 0; i < 35; i++) await yard.happens();
    await yard.passes(10 * 60_000);
    expect(yard.calls).toHaveLength(35);
    const minutes = Map.groupBy(yard.calls, ({ at }) => Math.floor(at / 60_000));
    expect([...minutes.values()].map((calls) => calls.length)).toEqual([10, 10, 10, 5]);
    expect(yard.failures).toEqual([]);
  });
});
