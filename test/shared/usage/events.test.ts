import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { monthName } from '../../../shared/table/time-names.ts';
import { eventsIn, reserveEvents } from '../../../shared/usage/events.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { injectFaults } from '../support/injected-faults.ts';
import { tenant } from '../support/people.ts';

/** Events that are counted before they happen. */

const mine = tenant(1, 'free');
let database: DynamoDbFake;
beforeEach(() => {
  vi.stubEnv('LOG_LEVEL', 'SILENT');
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
});

const counted = () => eventsIn(mine.reference, monthName(Date.now()));

test('those that did not happen are taken off again, once, even if answers are lost', async () => {
  await (await reserveEvents(mine, 'key', 100)).use(100);
  const reservation = await reserveEvents(mine, 'key', 500);
  expect(await counted()).toBe(600);
  database.repeats = () => 2;
  await reservation.use(10);
  database.repeats = () => 0;
  expect(await counted()).toBe(110);
  const [row] = database.rows('access');
  expect(Object.keys(row!).filter((name) => name.includes('back'))).toEqual([]);
});

test.each(['before', 'after'] as const)('if a writer crashes, they are never too few: %s a write', async (when) => {
  for (let at = 0; at < 4; at++) {
    const before = await counted();
    const revive = injectFaults(database, [{ in: at, when }]);
    await reserveEvents(mine, 'key', 5)
      .then((reservation) => reservation.use(2))
      .catch(() => undefined);
    revive();
    const more = (await counted()) - before;
    expect([0, 2, 5], `${at}`).toContain(more);
    if (at > 0 || when === 'after') expect(more).toBeGreaterThanOrEqual(2);
  }
});

test('several at once each take off their own', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => reserveEvents(mine, 'key', 10)));
  await Promise.all(all.map((reservation, i) => reservation.use(i)));
  expect(await counted()).toBe(28);
});
