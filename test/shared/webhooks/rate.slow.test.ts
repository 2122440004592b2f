import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hour, Yard } from './yard.ts';

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

test('what has waited for a day is dead', async () => {
  const id = await yard.webhook({ rate_limit_per_minute: 1 });
  const from = Date.now();
  for (let i = 0; i < 1445; i++) await yard.happens();
  await yard.passes(25 * hour);
  const statuses = Map.groupBy(await yard.deliveries(id), ({ status, error }) => `${status} ${error}`);
  expect([...statuses.keys()].sort()).toEqual(['dead rate_limit', 'success null']);
  expect(yard.calls.length).toBeGreaterThan(1435);
  expect(yard.calls.every(({ at }) => at - from <= 24 * hour + 120_000)).toBe(true);
}, 120_000);

test('after minutes in which no worker ran, no more are called in a minute than the webhook allows', async () => {
  const limit = 20;
  await yard.webhook({ rate_limit_per_minute: limit });
  for (let i = 0; i < 3 * limit; i++) await yard.happens();
  await yard.work();
  expect(yard.calls).toHaveLength(limit);
  vi.setSystemTime(Date.now() + hour / 6);
  const from = Date.now();
  await yard.passes(hour / 6);
  const later = yard.calls.slice(limit);
  const minutes = Map.groupBy(later, ({ at }) => Math.floor((at - from) / 60_000));
  expect(later).toHaveLength(2 * limit);
  expect(Math.max(...[...minutes.values()].map((calls) => calls.length))).toBe(limit);
});
