import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { geometryContains } from '../../../shared/geo/contains.ts';
import { distanceMeters, roundDegrees } from '../../../shared/geo/sphere.ts';
import type { Fence } from '../../../shared/geofences/fence.ts';
import type { Point } from '../../../shared/geofences/match.ts';
import { type BodyRow, readBody } from '../../../shared/geofences/rows.ts';
import { surroundingsOf } from '../../../shared/geofences/surroundings.ts';
import type { GeofenceFields } from '../../../shared/geofences/wire.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { logUniform, pick, type Random, seededRandom } from '../geo/support/random.ts';
import { caller, tenant } from '../support/people.ts';

/** The geofences that contain each of many points, compared with a test of all geofences one by one. */

const me = caller();
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const create = async (body: GeofenceFields & { name: string }, by = me) =>
  await writeGeofences.open().create(by, body, unrecorded);
const fences = (): Fence[] =>
  database
    .rows('main')
    .filter(({ sk }) => sk === 'body')
    .map((row) => readBody(row as BodyRow));

function naively({ latitude, longitude }: Point): { id: string; name: string; meters: number }[] {
  const [y, x] = [roundDegrees(latitude), roundDegrees(longitude)];
  return fences()
    .filter(({ shape }) => geometryContains(shape.geometry, y, x))
    .map(({ id, name, shape }) => ({ id, name, meters: distanceMeters(shape.latitude, shape.longitude, y, x) }))
    .sort((a, b) => a.meters - b.meters || (a.id < b.id ? -1 : 1));
}

const found = async (points: readonly Point[]) =>
  (await surroundingsOf(me.tenant.reference, points)).map(({ containing }) =>
    containing.map(({ geofenceId, name, distanceMeters: meters }) => ({ id: geofenceId, name, meters })),
  );

function somewhere(random: Random, { latitude, longitude }: Point, degrees: number): Point {
  const off = () => (random() * 2 - 1) * degrees;
  return { latitude: latitude + off(), longitude: turned(longitude + off()) };
}

const turned = (longitude: number): number => ((longitude + 540) % 360) - 180;

function polygon(random: Random, { latitude, longitude }: Point, degrees: number): GeofenceFields {
  const corners = Array.from({ length: 7 }, (_, i) => {
    const [turn, reach] = [(i / 7) * 2 * Math.PI, degrees * (0.3 + 0.7 * random())];
    return [turned(longitude + Math.cos(turn) * reach), latitude + Math.sin(turn) * reach];
  });
  return { geometry: { type: 'Polygon', coordinates: [[...corners, corners[0]!]] } };
}

describe.each([
  ['a town', { latitude: 52.5, longitude: 13.4 }],
  ['the antimeridian', { latitude: -17, longitude: 179.99 }],
  ['the north', { latitude: 84, longitude: 20 }],
])('around %s', (_, centre) => {
  test.each([1, 2, 3])('every geofence that holds a point is found, nearest first (%i)', async (seed) => {
    const random = seededRandom(seed);
    for (let i = 0; i < 30; i++) {
      const { latitude, longitude } = somewhere(random, centre, 0.02);
      const status = pick(random, ['active', 'inactive'] as const);
      const circle = { latitude, longitude, radiusMeters: Math.ceil(logUniform(random, 1, 20_000)) };
      const shape = i % 3 === 0 ? polygon(random, { latitude, longitude }, logUniform(random, 0.001, 0.05)) : circle;
      await create({ ...shape, name: `fence ${i}`, status });
    }
    const points = Array.from({ length: 130 }, () => somewhere(random, centre, 0.04));
    const expected = points.map(naively);
    expect(expected.flat().length).toBeGreaterThan(200);
    expect(await found(points)).toEqual(expected);
  });
});

test('points are looked up on the grid that geofences lie on', async () => {
  await create({ name: 'A', latitude: 50, longitude: 8, radiusMeters: 1 });
  const [exact, near] = await found([
    { latitude: 50, longitude: 8 },
    { latitude: 50.000_000_04, longitude: 8 },
  ]);
  expect(near).toEqual(exact);
  expect(near).toMatchObject([{ meters: 0 }]);
});

test('of a geofence that was moved, only where it is now counts', async () => {
  const { id } = await create({ name: 'A', latitude: 50, longitude: 8, radiusMeters: 300 });
  await writeGeofences.open().update(me, id, { latitude: 50.004 }, 'patch', undefined);
  const [there, here] = await found([
    { latitude: 49.998, longitude: 8 },
    { latitude: 50.004, longitude: 8 },
  ]);
  expect([there, here]).toMatchObject([[], [{ id }]]);
});

test('a geofence that was enlarged is found once, though its old cells are not yet removed', async () => {
  const { id } = await create({ name: 'A', latitude: 50, longitude: 8, radiusMeters: 30 });
  await writeGeofences.open().update(me, id, { radiusMeters: 20_000 }, 'patch', undefined);
  expect(await found([{ latitude: 50, longitude: 8 }])).toMatchObject([[{ id }]]);
});

test('geofences of another workspace hold nothing', async () => {
  await create({ name: 'A', latitude: 50, longitude: 8 }, caller(tenant(2)));
  expect(await found([{ latitude: 50, longitude: 8 }])).toEqual([[]]);
});

test('points of one place share their queries, and every page of a cell is read', async () => {
  for (let i = 0; i < 5; i++) await create({ name: `${i}`, latitude: 50, longitude: 8 });
  database.calls.length = 0;
  await found(Array.from({ length: 50 }, () => ({ latitude: 50, longitude: 8 })));
  expect(database.calls).toHaveLength(6);
  database.pageRows = 2;
  expect((await found([{ latitude: 50, longitude: 8 }]))[0]).toHaveLength(5);
});

test('no points are no queries', async () => {
  expect(await found([])).toEqual([]);
  expect(database.calls).toEqual([]);
});
