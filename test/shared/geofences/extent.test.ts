import { afterEach, beforeEach, expect, test } from 'vitest';
import { toGrid } from '../../../shared/geo/grid.ts';
import { readGeofenceExtent } from '../../../shared/geofences/extent.ts';
import { newId } from '../../../shared/table/ids.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { countLimits } from '../../../shared/table/page.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const owner = tenant(1);
const began = Date.parse('2026-03-17T10:00:00Z');
let database: DynamoDbFake;
let stored: number;

beforeEach(() => {
  database = new DynamoDbFake();
  stored = 0;
});
afterEach(() => database.restore());

const extent = () => readGeofenceExtent.open().of(owner);

async function store(longitude: number, latitude: number, r = 100): Promise<void> {
  const id = newId(began + stored);
  stored += 1;
  const row = { x: toGrid(longitude), y: toGrid(latitude), r, status: 'active' };
  await new Table('main').put(geofenceKeys.thin(owner.reference, id), row);
}

test('of no fence is undefined', async () => {
  expect(await extent()).toBeUndefined();
});

test('holds the circles of all fences, and the first and the last creation', async () => {
  await store(10, 50);
  await store(12, 40, 1000);
  await store(11, 45);
  const { bbox, span } = (await extent())!;
  const meters = 111_195;
  expect(bbox[0]).toBeCloseTo(10 - 100 / meters / Math.cos((50 * Math.PI) / 180), 5);
  expect(bbox[1]).toBeCloseTo(40 - 1000 / meters, 5);
  expect(bbox[2]).toBeCloseTo(12 + 1000 / meters / Math.cos((40 * Math.PI) / 180), 5);
  expect(bbox[3]).toBeCloseTo(50 + 100 / meters, 5);
  expect(span).toEqual({ from: began, to: began + 2 });
});

test('has all longitudes where a fence crosses ±180 or holds a pole', async () => {
  await store(10, 0);
  await store(180, 10);
  expect((await extent())!.bbox).toEqual([-180, expect.closeTo(0, 2), 180, expect.closeTo(10, 2)]);
  await store(10, -89.9999);
  expect((await extent())!.bbox).toEqual([-180, -90, 180, expect.closeTo(10, 2)]);
});

test('of more fences than are counted is the globe, and costs no more', async () => {
  for (let i = 0; i <= countLimits.examined + 5000; i++) await store(10, 50);
  database.pageRows = 6000;
  database.calls.length = 0;
  expect(await extent()).toEqual({ bbox: [-180, -90, 180, 90], span: { from: began, to: began + stored - 1 } });
  expect(database.calls.length).toBe(5);
});
