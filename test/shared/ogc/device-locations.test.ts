import { afterEach, beforeEach, expect, test } from 'vitest';
import { devices } from '../../../shared/devices/devices.ts';
import { thinRow } from '../../../shared/entity/filters.ts';
import { bodyRow } from '../../../shared/entity/rows.ts';
import { readDeviceLocations } from '../../../shared/ogc/device-locations.ts';
import type { LocationFilters } from '../../../shared/ogc/located.ts';
import { readLocationExtent } from '../../../shared/ogc/location-extent.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import type { PageRequest } from '../../../shared/table/page.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, person } from '../support/people.ts';

const owner = caller();
const { reference } = owner.tenant;
const main = new Table('main');
const beginning = Date.UTC(2026, 2, 22);
const first: PageRequest = { limit: 100, offset: 0, after: undefined, counted: true };
let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

let made = 0;
/** A device at a place, one second after the last one; without a place, one that has sent nothing. */
async function aDevice(place?: readonly [longitude: number, latitude: number], fields: object = {}): Promise<string> {
  made += 1;
  const at = beginning + made * 1000;
  const id = newId(at);
  const values = { name: `Van ${made}`, kind: 'tracker', externalId: null, siteId: null, tags: [], ...fields };
  const entity = { id, values, links: [], createdAt: at, updatedAt: at, version: 1, serial: undefined };
  await main.put(entityKeys.thin(reference, 'device', id), thinRow(devices, values));
  await main.put(entityKeys.body(reference, 'device', id), bodyRow(entity as never));
  if (!place) return id;
  const [longitude, latitude] = place;
  const lastLocation = JSON.stringify({ longitude, latitude, recordedAt: new Date(at).toISOString(), metadata: {} });
  await main.put(deviceKeys.head(reference, id), { lastLocation });
  return id;
}

const list = (filters: LocationFilters = {}, page: Partial<PageRequest> = {}, by = owner) =>
  readDeviceLocations.open().list(by, filters, { ...first, ...page });
const ids = async (...asked: Parameters<typeof list>) => (await list(...asked)).rows.map(({ item }) => item.id);

test('devices that have sent a position, the newest first, page by page', async () => {
  const all = [];
  for (let i = 0; i < 7; i++) {
    all.unshift(await aDevice([i, i]));
    await aDevice();
  }
  expect(await list()).toMatchObject({ total: 7, more: false });
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({}, { limit: 3, after, counted: after === undefined });
    seen.push(...page.rows.map(({ item }) => item.id));
    after = page.more ? (page.next ?? page.rows.at(-1)?.position) : undefined;
  } while (after !== undefined);
  expect(seen).toEqual(all);
});

test('devices in a box, across ±180 too, and on its edge', async () => {
  const [west, east, far] = [await aDevice([-179, 1]), await aDevice([179, 2]), await aDevice([0, 1])];
  expect(await ids({ bbox: [178, 0, -178, 2] })).toEqual([east, west]);
  expect(await ids({ bbox: [-1, 1, 0, 2] })).toEqual([far]);
  expect(await ids({ bbox: [-1, 2, 0, 3] })).toEqual([]);
});

test('devices by time and by what they are', async () => {
  const van = await aDevice([1, 1], { kind: 'mobile', externalId: 'v', siteId: 's', tags: ['a', 'b'] });
  const other = await aDevice([1, 1], { tags: ['a'] });
  const at = beginning + (made - 1) * 1000;
  expect(await ids({ recorded: { from: at, to: at } })).toEqual([van]);
  expect(await ids({ recorded: { from: at + 1, to: at + 10_000 } })).toEqual([other]);
  expect(await ids({ deviceId: other })).toEqual([other]);
  expect(await ids({ deviceId: other, kind: 'mobile' })).toEqual([]);
  expect(await ids({ tag: ['a'] })).toEqual([other, van]);
  for (const filter of [{ kind: 'mobile' }, { externalId: 'v' }, { siteId: 's' }, { tag: ['a', 'b'] }]) {
    expect(await ids(filter)).toEqual([van]);
  }
});

test('a page reads no more than ten thousand devices, and has a cursor for the rest', async () => {
  const devicesOfWorkspace = 10_600;
  const thins = Array.from({ length: devicesOfWorkspace }, (_, i) => newId(beginning + i));
  for (const id of thins) database.set('main', { ...entityKeys.thin(reference, 'device', id) });
  const oldest = { ...deviceKeys.head(reference, thins[0]!) };
  const point = { longitude: 5, latitude: 5, recordedAt: '2026-03-22T00:00:00Z', metadata: {} };
  database.set('main', { ...oldest, lastLocation: JSON.stringify(point) });
  const page = await list({ bbox: [4, 4, 6, 6] });
  expect(page).toMatchObject({ rows: [], more: true, total: undefined, totalCapped: true, next: thins.at(-10_000) });
  expect(await readLocationExtent.open().of(owner)).toEqual({ bbox: [-180, -90, 180, 90], span: undefined });
});

test('the extent holds all positions and their times', async () => {
  expect(await readLocationExtent.open().of(owner)).toBeUndefined();
  await aDevice();
  expect(await readLocationExtent.open().of(owner)).toBeUndefined();
  await aDevice([10, 50]);
  const from = beginning + made * 1000;
  await aDevice([12, 40]);
  expect(await readLocationExtent.open().of(owner)).toEqual({
    bbox: [10, 40, 12, 50],
    span: { from, to: from + 1000 },
  });
});

test('a field worker sees where their own devices are', async () => {
  const worker = person('field_worker');
  const mine = await aDevice([1, 2], { userId: worker.user!.id });
  const other = await aDevice([50, 60], { userId: newId(0) });
  expect(await ids({}, {}, worker)).toEqual([mine]);
  expect((await readLocationExtent.open().of(worker))?.bbox).toEqual([1, 2, 1, 2]);
  const { get } = readDeviceLocations.open();
  expect((await get(worker, mine)).point).toMatchObject({ longitude: 1, latitude: 2 });
  await expect(get(worker, other)).rejects.toThrow('No device has this id');
});
