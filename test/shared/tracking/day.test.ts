import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countPoints, readLocations } from '../../../shared/locations/history.ts';
import { locationKeys } from '../../../shared/table/keys/locations.ts';
import type { Fix } from '../../../shared/transitions/fence.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { seededRandom } from '../geo/support/random.ts';
import { caller } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { naiveEvents } from '../transitions/naive.ts';
import { keyOf, minute, quiet, ruled, square } from '../transitions/tracks.ts';
import { newRoad, type Road } from './road.ts';

/** A device that was offline for a day and then sends all of its points; and reading a day again. */

const beginning = Date.UTC(2026, 2, 22);
const day = 24 * 60 * minute;
const origin = [7.4, 46.9] as const;

let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
  vi.useFakeTimers({ now: beginning + day, toFake: ['Date'] });
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const rules = [
  ruled('f0', square(origin, [-2, -2, 0, 0]), { dwellMilliseconds: 10 * minute, detectCrossing: true }),
  ruled('f1', square(origin, [-1, -1, 2, 2]), { noise: { ...quiet, enterConfirmations: 2, exitHoldSeconds: 120 } }),
];

/** A walk with a point each minute. */
function walk(): Fix[] {
  const random = seededRandom(7);
  let [x, y] = [-3, -3];
  return Array.from({ length: 1440 }, (_, i) => {
    const move = () => Math.floor(random() * 3) - 1;
    [x, y] = [Math.max(-4, Math.min(4, x + move())), Math.max(-4, Math.min(4, y + move()))];
    const at = beginning + i * minute;
    const [longitude, latitude] = [origin[0] + x / 1000, origin[1] + y / 1000];
    return { at, receivedAt: at, latitude, longitude, accuracyMeters: null };
  });
}

const inMessages = (fixes: readonly Fix[]): Fix[][] =>
  Array.from({ length: Math.ceil(fixes.length / 100) }, (_, i) => fixes.slice(100 * i, 100 * (i + 1)));

function shuffled<T>(all: readonly T[]): T[] {
  const random = seededRandom(11);
  return all
    .map((one) => ({ one, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

async function standingOf({ standing, ids }: Road): Promise<string[]> {
  const own = (id: string) => `f${ids.indexOf(id)}`;
  return (await standing()).map((event) => keyOf({ ...event, geofenceId: own(event.geofenceId) })).sort();
}

test('a buffered day ends in the same events, sent oldest first, newest first or shuffled', async () => {
  const fixes = walk();
  const expected = rules
    .flatMap((one) => naiveEvents(one, fixes))
    .map(keyOf)
    .sort();
  expect(expected.length).toBeGreaterThan(200);
  const orders = {
    'oldest first': inMessages(fixes),
    'newest first': inMessages(fixes).reverse(),
    'parts shuffled': shuffled(inMessages(fixes)),
    'points shuffled': inMessages(shuffled(fixes)),
  };
  for (const [order, messages] of Object.entries(orders)) {
    database.restore();
    database = new DynamoDbFake();
    const road = await newRoad(rules, beginning - day);
    for (const message of messages) await road.take(message);
    for (let { dueAt } = await road.head(); dueAt !== undefined; { dueAt } = await road.head()) {
      vi.setSystemTime(Math.max(Date.now(), dueAt));
      await road.fire();
    }
    expect(await standingOf(road), order).toEqual(expected);
  }
}, 60_000);

test('a day with a point each second is read in pages of 5,000, each from as many rows', async () => {
  const road = await newRoad([], beginning - day);
  const { reference } = caller().tenant;
  await road.take([{ ...walk()[0]!, at: beginning, receivedAt: beginning }]);
  await road.take([{ ...walk()[0]!, at: beginning + day - 1000, receivedAt: beginning }]);
  for (let at = beginning + 1000; at < beginning + day - 1000; at += 1000) {
    const key = locationKeys.point(reference, road.deviceId, at);
    database.set('telemetry', { ...key, y: 469000000, x: 74000000, at, ttl: (beginning + 90 * day) / 1000 });
  }
  database.pageRows = 5000;
  let [points, after, most] = [0, undefined as string | undefined, 0];
  do {
    database.rowsQueried = 0;
    const asked = { span: undefined, order: 'asc', limit: 5000, after } as const;
    const page = await readLocations.open().history(caller(), road.deviceId, asked);
    points += page.rows.length;
    most = Math.max(most, database.rowsQueried);
    after = page.more ? page.rows.at(-1)?.position : undefined;
  } while (after !== undefined);
  expect(points).toBe(86_400);
  expect(most).toBeLessThanOrEqual(5002);
}, 60_000);

test('points that wait for their deletion do not cost a query each', async () => {
  const road = await newRoad([], beginning - day);
  const { reference } = caller().tenant;
  await road.take([{ ...walk()[0]!, at: beginning, receivedAt: beginning }]);
  await road.take([{ ...walk()[0]!, at: beginning + day - 1000, receivedAt: beginning }]);
  for (let at = beginning; at < beginning + day - 1000; at += 10_000) {
    const key = locationKeys.point(reference, road.deviceId, at);
    database.set('telemetry', { ...key, y: 469000000, x: 74000000, at, ttl: beginning / 1000 });
  }
  database.pageRows = 5000;
  const before = database.calls.length;
  const asked = { span: undefined, order: 'asc', limit: 1, after: undefined } as const;
  expect((await readLocations.open().history(caller(), road.deviceId, asked)).rows).toHaveLength(1);
  expect(await countPoints(reference, road.deviceId, { from: beginning, to: beginning + day }, 1)).toBe(1);
  expect(database.calls.length - before).toBeLessThan(25);
});
