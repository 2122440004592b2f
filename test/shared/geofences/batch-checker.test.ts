import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkGeofenceBatches } from '../../../shared/geofences/batch-checker.ts';
import { GeofenceBatchRequest, GeofenceBatchResponse } from '../../../shared/geofences/check-wire.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const me = caller(tenant(1, 'enterprise'));
const writer = writeGeofences.open();
const here = { latitude: 52.5, longitude: 13.4 };
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const create = async (more: object = {}) =>
  await writer.create(me, { name: 'A', ...here, radiusMeters: 200, ...more }, unrecorded);

/** The results in the form of the API. */
async function check(...points: unknown[]): Promise<Record<string, unknown>[]> {
  const results = await checkGeofenceBatches.open().check(me.tenant, GeofenceBatchRequest.parse({ points }));
  return GeofenceBatchResponse.parse({ results }).results;
}

test('each point is answered as by a check, with the fields that it gave', async () => {
  const { id } = await create({ action: { offer: 'tea' } });
  const [first, second] = await check({ id: 'van-1', customerId: 'c', ...here }, { latitude: 0, longitude: 0 });
  expect(first).toEqual({
    id: 'van-1',
    customerId: 'c',
    ...here,
    count: 1,
    matches: [
      {
        geofenceId: id,
        geofenceName: 'A',
        distance: 0,
        radiusMeters: 200,
        action: { offer: 'tea' },
        triggerOn: 'enter',
      },
    ],
  });
  expect(second).toEqual({ id: null, customerId: null, latitude: 0, longitude: 0, count: 0, matches: [] });
});

describe('a point that is wrong', () => {
  test.each<[unknown, string | null, RegExp]>([
    [{ id: 'x', latitude: 91, longitude: 0 }, 'x', /^latitude: /],
    [{ id: 'x', latitude: 1 }, 'x', /^longitude: Field required$/],
    [{ latitude: '1', longitude: 0 }, null, /^latitude: /],
    [{ latitude: 1, longitude: 0, longitud: 1 }, null, /longitud/],
    [{ id: 7, latitude: 1, longitude: 0 }, null, /^id: /],
    [{ id: 'i'.repeat(129), latitude: 1, longitude: 0 }, null, /^id: /],
    [{ id: 'x', customerId: 'c'.repeat(257), ...here }, 'x', /^customerId: /],
    [{ id: 'x', latitude: 91, longitude: 181 }, 'x', /^latitude: .*; longitude: /],
    ['52.5,13.4', null, /./],
    [null, null, /./],
    [[52.5, 13.4], null, /./],
  ])('%j is an error of its own, and stops no other', async (point, id, message) => {
    await create();
    const [before, wrong, after] = await check(here, point, { id: 'after', ...here });
    expect(wrong).toEqual({ id, error_code: 'POINT_INVALID', message: expect.stringMatching(message) });
    expect([before, after]).toMatchObject([{ count: 1 }, { id: 'after', count: 1 }]);
  });

  test('may be all of them, for which nothing is read', async () => {
    expect(await check({}, {})).toMatchObject([{ error_code: 'POINT_INVALID' }, { error_code: 'POINT_INVALID' }]);
    expect(database.calls).toEqual([]);
  });
});

test('twenty matches are listed for each point, with a mark if there are more', async () => {
  for (let i = 0; i < 22; i++) await create({ name: `${i}`, latitude: here.latitude + i / 1e5 });
  const [at, beside] = await check(here, { ...here, latitude: here.latitude - 0.0017 });
  expect(at).toMatchObject({ count: 20, truncated: true });
  expect((at!.matches as { geofenceName: string }[]).map(({ geofenceName }) => geofenceName)).toEqual(
    Array.from({ length: 20 }, (_, i) => `${i}`),
  );
  expect(beside).not.toHaveProperty('truncated');
});

test('actions that are too large for the index are read once for all points', async () => {
  const action = { text: 'x'.repeat(5000) };
  await create({ action });
  database.calls.length = 0;
  const results = await check(...Array(150).fill(here));
  expect(results.every(({ matches }) => (matches as { action: object }[])[0]?.action)).toBe(true);
  const batches = database.calls.filter(({ operation }) => operation === 'BatchGetCommand');
  expect(batches.map(({ input }) => input.RequestItems.main.Keys.length)).toEqual([1, 1]);
});

test('an answer ends below four MiB; the nearest fence of each point comes before the next of any', async () => {
  for (let i = 0; i < 3; i++) {
    await create({ name: `${i}`, latitude: here.latitude + i / 1e4, action: { text: 'x'.repeat(8000) } });
  }
  const results = await check(...Array(300).fill(here));
  expect(Buffer.byteLength(JSON.stringify({ results }))).toBeLessThan(4 * 1024 * 1024);
  const counts = results.map(({ count }) => count);
  expect(counts.slice(0, 150)).toEqual(Array(150).fill(2));
  expect(counts.slice(250)).toEqual(Array(50).fill(1));
  expect(results.every(({ truncated }) => truncated === true)).toBe(true);
  expect(results.every(({ matches }) => (matches as { geofenceName: string }[])[0]?.geofenceName === '0')).toBe(true);
});

test.each([[{}], [{ points: [] }], [{ points: {} }], [{ points: [here], more: 1 }]])('%j is no batch', (body) => {
  expect(GeofenceBatchRequest.safeParse(body).success).toBe(false);
});
