import { afterEach, beforeEach, expect, test } from 'vitest';
import { redriveOutbox } from '../../../shared/operator/redrive.ts';
import { day, Yard } from '../webhooks/yard.ts';

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

test('events that the stream never relayed reach webhooks, and those that it did reach them once', async () => {
  const id = await yard.webhook();
  const from = Date.now();
  await yard.happens();
  await yard.passes(60_000);
  await yard.happens();
  yard.loseStream();
  await yard.passes(2 * day);
  expect(await yard.deliveries(id)).toHaveLength(1);
  const counts: number[] = [];
  const rows = await redriveOutbox(from, Date.now(), (sent) => void counts.push(sent));
  expect(rows).toBeGreaterThanOrEqual(2);
  expect(counts.at(-1)).toBe(rows);
  await yard.passes(60_000);
  expect(await yard.deliveries(id)).toMatchObject([{ status: 'success' }, { status: 'success' }]);
  expect(new Set(yard.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  expect(yard.calls).toHaveLength(2);
  expect(await redriveOutbox(0, from - 1, () => undefined)).toBe(0);
});
