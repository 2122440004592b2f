import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import type { Fix } from '../../../shared/transitions/fence.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { itemBytes } from '../../support/dynamodb-sizes.ts';
import { caller } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { naiveEvents } from '../transitions/naive.ts';
import { keyOf, minute, quiet, ruled, square } from '../transitions/tracks.ts';
import { newRoad, type Road } from './road.ts';

/** Points that cause more writes than one transaction holds, and functions that crash in the middle. */

const beginning = Date.UTC(2026, 2, 22);
const day = 24 * 60 * minute;
const origin = [7.4, 46.9] as const;

let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
  vi.useFakeTimers({ now: beginning, toFake: ['Date'] });
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A point in steps of 111 m to the east of the origin. */
const fix = (minutes: number, x: number): Fix => {
  const at = beginning + minutes * minute;
  return { at, receivedAt: at, longitude: origin[0] + x / 1000, latitude: origin[1], accuracyMeters: null };
};
const place = square(origin, [-1, -1, 1, 1]);
const some = (count: number, rest: object = {}) => Array.from({ length: count }, (_, i) => ruled(`f${i}`, place, rest));

const rowsInside = ({ deviceId }: Road) =>
  database.rows('main', ({ pk, sk }) => String(pk).includes('#inside#') && sk === deviceId);
const types = async (road: Road) => (await road.standing()).map(({ type }) => type);

/** Crashes the function after this number of transactions, and calls it again. */
async function dyingAfter(transactions: number, act: () => Promise<unknown>): Promise<void> {
  let left = transactions;
  database.after = ({ operation }) => {
    if (operation.startsWith('TransactWrite') && --left === 0) throw new Error('The function dies here');
  };
  await act().catch(() => undefined);
  database.after = () => undefined;
  await act();
}

test.each([120, 250])('a point enters %i geofences at once, and another one leaves them', async (count) => {
  const road = await newRoad(some(count), beginning - day);
  await road.take([fix(0, -5)]);
  await road.take([fix(1, 0)]);
  expect(await types(road)).toEqual(Array(count).fill('enter'));
  expect(rowsInside(road)).toHaveLength(count);
  await road.take([fix(2, 5)]);
  expect(await types(road)).toEqual([...Array(count).fill('enter'), ...Array(count).fill('exit')]);
  expect(rowsInside(road)).toHaveLength(0);
});

test('a device that was inside of many geofences can continue when all of them are deleted', async () => {
  const road = await newRoad(some(120, { dwellMilliseconds: 10 * minute }), beginning - day);
  await road.take([fix(0, 0)]);
  const { reference } = caller().tenant;
  const remove = (ids: readonly string[]) => {
    for (const { pk, sk } of ids.map((id) => geofenceKeys.body(reference, id))) database.remove('main', pk, sk);
  };
  remove(road.ids.slice(0, 119));
  vi.setSystemTime(beginning + 12 * minute);
  await road.fire();
  expect(rowsInside(road)).toHaveLength(1);
  remove(road.ids.slice(119));
  await road.take([fix(13, 5)]);
  expect(rowsInside(road)).toHaveLength(0);
  expect((await types(road)).filter((type) => type !== 'enter')).toEqual(['dwell']);
});

test('a function that dies while it runs late points again leaves the state to the next one', async () => {
  const rules = [ruled('f0', place, { noise: { ...quiet, hysteresisMeters: 1000 } })];
  const fixes = [
    ...Array.from({ length: 90 }, (_, i) => fix(i, 0)),
    ...Array.from({ length: 350 }, (_, i) => fix(100 + i, 4)),
    fix(500, 0),
  ];
  const expected = rules.flatMap((one) => naiveEvents(one, fixes)).map(keyOf);
  for (const transactions of [1, 2, 3]) {
    database.restore();
    database = new DynamoDbFake();
    vi.setSystemTime(beginning + day / 2);
    const road = await newRoad(rules, beginning - day);
    for (let i = 90; i < 440; i += 50) await road.take(fixes.slice(i, i + 50));
    await dyingAfter(transactions, () => road.take(fixes.slice(0, 90)));
    await road.take(fixes.slice(-1));
    expect((await road.standing()).map((event) => keyOf({ ...event, geofenceId: 'f0' }))).toEqual(expected);
  }
});

test('a point that enters many geofences is held against those that have changed since it was recorded', async () => {
  vi.setSystemTime(beginning + 120 * minute);
  const road = await newRoad(some(20), beginning + 60 * minute);
  await road.take([fix(30, 0)]);
  expect(await types(road)).toEqual(Array(20).fill('enter'));
});

test('points that were stored before a race was lost count as accepted, and their events are published', async () => {
  const road = await newRoad(some(10), beginning - day);
  const fixes = Array.from({ length: 60 }, (_, i) => fix(i, i === 5 ? 0 : 5));
  let transactions = 0;
  database.before = async ({ operation }) => {
    if (operation.startsWith('TransactWrite') && ++transactions === 2) await road.take([fix(100, 5)]);
  };
  const done = await road.take(fixes);
  expect(done).toMatchObject({ accepted: 60, duplicates: 0 });
  expect(done?.recorded.map(({ type }) => type)).toEqual([...Array(10).fill('enter'), ...Array(10).fill('exit')]);
});

test('timers record dwells of a device inside of hundreds of geofences, and further points are accepted whatever they change', async () => {
  database.pageRows = 5000;
  const moving = ruled('m', square(origin, [2, -1, 4, 1]), { noise: { ...quiet, enterConfirmations: 2 } });
  const around = ruled('f', square(origin, [-9, -9, 9, 9]), { dwellMilliseconds: 10 * minute });
  const road = await newRoad([...Array(600).fill(around), moving], beginning - day);
  await road.take([fix(0, 0)]);
  vi.setSystemTime(beginning + 12 * minute);
  await road.fire();
  expect((await types(road)).filter((type) => type === 'dwell')).toHaveLength(600);
  const largest = () => Math.max(...['main', 'telemetry'].flatMap((table) => database.rows(table).map(itemBytes)));
  expect(largest()).toBeLessThan(100 * 1024);
  database.largestTransaction = 0;
  const fixes = Array.from({ length: 80 }, (_, i) => fix(13 + i / 100, i % 2 ? 0 : 3));
  await road.take(fixes);
  expect((await road.head()).newestAt).toBe(fixes.at(-1)!.at);
  expect(database.largestTransaction).toBeLessThan(4 * 1024 * 1024);
  expect((await types(road)).filter((type) => type === 'dwell')).toHaveLength(600);
}, 120_000);
