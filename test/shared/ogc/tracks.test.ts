import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { devices } from '../../../shared/devices/devices.ts';
import { thinRow } from '../../../shared/entity/filters.ts';
import { bodyRow } from '../../../shared/entity/rows.ts';
import { pointKey, pointRow } from '../../../shared/locations/row.ts';
import { readLocationExtent } from '../../../shared/ogc/location-extent.ts';
import { readTrackFeatures, type TrackFilters, trackId } from '../../../shared/ogc/tracks.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { tripKeys } from '../../../shared/table/keys/trips.ts';
import type { PageRequest } from '../../../shared/table/page.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, person } from '../support/people.ts';

const owner = caller();
const { reference } = owner.tenant;
const [main, telemetry] = [new Table('main'), new Table('telemetry')];
const minute = 60_000;
const beginning = Date.UTC(2026, 2, 22);
let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

let made = 0;
/** A device with trips, each an hour after the one before, with points at these longitudes, one a minute. */
async function aDevice(trips: readonly (readonly number[])[], more: object = {}) {
  made += 1;
  const id = newId(beginning + made * 1000);
  const values = { name: `Van ${made}`, kind: 'tracker', externalId: null, ...more };
  const entity = { id, values, links: [], createdAt: 0, updatedAt: 0, version: 1, serial: undefined };
  await main.put(entityKeys.thin(reference, 'device', id), thinRow(devices, values));
  await main.put(entityKeys.body(reference, 'device', id), bodyRow(entity as never));
  const ids: string[] = [];
  for (const [i, longitudes] of trips.entries()) {
    const startedAt = beginning + i * 60 * minute;
    const trip = newId(startedAt);
    ids.unshift(trackId(id, trip));
    const times = { startedAt, from: startedAt, endedAt: startedAt + 59 * minute, createdAt: 0, updatedAt: 0 };
    const pauses = JSON.stringify([[startedAt + 20 * minute, startedAt + 30 * minute]]);
    const count = { points: longitudes.length, millimeters: 1_234_567 };
    await main.put(tripKeys.trip(reference, id, trip), { ...times, ...count, pauses, status: 'ENDED', version: 1 });
    for (const [k, longitude] of longitudes.entries()) {
      const at = startedAt + k * minute;
      const fix = { at, receivedAt: at, latitude: i, longitude, accuracyMeters: null };
      await telemetry.put(pointKey(reference, id, fix), { ...pointRow({ fix, more: undefined }, 365_000) });
    }
  }
  const span = { firstAt: beginning, newestAt: beginning + trips.length * 60 * minute };
  await main.put(deviceKeys.head(reference, id), {
    ...span,
    ...(trips.length === 0 ? {} : { trip: '{"status":"ENDED"}' }),
  });
  return { id, ids };
}

const first: PageRequest = { limit: 100, offset: 0, after: undefined, counted: true };
const list = (filters: TrackFilters = {}, page: Partial<PageRequest> = {}, by = owner) =>
  readTrackFeatures.open().list(by, filters, { ...first, ...page });
const idsIn = ({ rows }: Awaited<ReturnType<typeof list>>) => rows.map(({ position }) => position);

test.each([1, 2, 3, 5, 100])('tracks in pages of %i, the newest device and its newest track first', async (limit) => {
  const all: string[] = [];
  for (const trips of [
    [[1, 2]],
    [],
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [[7, 8]],
    [
      [1, 2],
      [3, 4],
    ],
  ]) {
    all.unshift(...(await aDevice(trips)).ids);
  }
  const seen: string[] = [];
  let page = await list({}, { limit });
  for (let i = 0; i < 20; i++) {
    seen.push(...idsIn(page));
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    if (!page.more) break;
    page = await list({}, { limit, after: page.next!, counted: false });
  }
  expect(seen).toEqual(all);
});

test('the line leaves out the points of pauses', async () => {
  const { ids } = await aDevice([Array.from({ length: 40 }, (_, i) => i)]);
  const { positions, isSimplified, deviceName } = await readTrackFeatures.open().get(owner, ids[0]!);
  const expected = Array.from({ length: 40 }, (_, i) => i).filter((i) => i <= 20 || i >= 30);
  expect(positions.map(([longitude]) => longitude)).toEqual(expected);
  expect([isSimplified, deviceName]).toEqual([false, `Van ${made}`]);
});

test('tracks by device, by box and by their beginning', async () => {
  const [one, two] = [
    await aDevice([
      [1, 2],
      [10, 20],
    ]),
    await aDevice([[1, 2]]),
  ];
  expect(idsIn(await list({ deviceId: one.id }))).toEqual(one.ids);
  expect(idsIn(await list({ bbox: [15, 0, 16, 2] }))).toEqual([one.ids[0]]);
  expect(idsIn(await list({ bbox: [1.5, 0, 1.6, 0] }))).toEqual([two.ids[0], one.ids[1]]);
  const hour = { from: beginning + 60 * minute, to: beginning + 60 * minute };
  expect(idsIn(await list({ started: hour }))).toEqual([one.ids[0]]);
  expect(await list({ deviceId: two.id })).toMatchObject({ total: 1, more: false });
  const next = await list({ deviceId: one.id }, { limit: 1 });
  expect(idsIn(await list({ deviceId: one.id }, { limit: 1, after: next.next! }))).toEqual([one.ids[1]]);
});

test('a page that has read enough points has a cursor for the rest', async () => {
  const track = Array.from({ length: 20 }, (_, i) => i);
  const { ids } = await aDevice([track, track, track]);
  const query = Table.prototype.query;
  // Each point counts for 1,250.
  vi.spyOn(Table.prototype, 'query').mockImplementation(async function (this: Table, of, options) {
    const page = await query.call(this, of, options);
    const times = of.includes('#at#') ? 1250 : 1;
    return { ...page, rows: page.rows.flatMap((row) => Array(times).fill(row)) };
  });
  const page = await list({});
  expect(idsIn(page)).toEqual(ids.slice(0, 2));
  expect(page).toMatchObject({ more: true, next: ids[1], total: undefined, totalCapped: true });
});

test('a field worker sees their own tracks', async () => {
  const worker = person('field_worker');
  const mine = await aDevice([[1, 2]], { userId: worker.user!.id });
  const other = await aDevice([[1, 2]]);
  expect(idsIn(await list({}, {}, worker))).toEqual(mine.ids);
  await expect(readTrackFeatures.open().get(worker, other.ids[0]!)).rejects.toThrow('No device has this id');
});

test('the extent is everything, if there is a track', async () => {
  await aDevice([]);
  const { ofTracks } = readLocationExtent.open();
  expect(await ofTracks(owner)).toBeUndefined();
  await aDevice([[1]]);
  expect(idsIn(await list())).toEqual([]);
  expect(await ofTracks(owner)).toEqual({ bbox: [-180, -90, 180, 90], span: undefined });
});

test('a page ends early where tracks have hundreds of pauses, each of which costs a query', async () => {
  const { id, ids } = await aDevice(Array(3).fill([1, 2]));
  for (const [i, one] of ids.toReversed().entries()) {
    const key = tripKeys.trip(reference, id, one.split('.')[1]!);
    const pausedAt = beginning + i * 60 * minute + 10 * minute;
    const pauses = Array.from({ length: 600 }, (_, k) => [pausedAt + 2 * k, pausedAt + 2 * k + 1]);
    await main.put(key, { ...(await main.get<object>(key)), pauses: JSON.stringify(pauses) });
  }
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const before = database.calls.length;
    const page = await list({}, { after });
    expect(database.calls.length - before).toBeLessThan(700);
    seen.push(...idsIn(page));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(ids);
});
