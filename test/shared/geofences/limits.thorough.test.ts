import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { geometryContains } from '../../../shared/geo/contains.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { cases } from '../../support/thorough.ts';
import { wrap } from '../geo/support/globe.ts';
import { limitFence, limitKinds } from '../geo/support/limit-fences.ts';
import { pick, seededRandom } from '../geo/support/random.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/**
 * Geometries with the most positions, holes and polygons, written together with the largest values of all other fields.
 */

const me = caller(tenant(1, 'enterprise'));
const writer = writeGeofences.open();
const random = seededRandom(901);
const words = {
  name: '💥'.repeat(127),
  description: '💥'.repeat(1000),
  action: { a: 'x'.repeat(1000) },
  metadata: { a: 'x'.repeat(16_000) },
  tags: Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(64, 'x')),
};
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const places: Position[] = [
  [10, 30],
  [179.9, -20],
  [40, 88.4],
];

/** A geometry of that size or, if rounding to the grid makes it invalid, the next larger one. */
function made(kind: string, degrees: number): Geometry {
  const place = degrees > 1 ? pick(random, places.slice(0, 2)) : pick(random, places);
  return limitFence(kind, random, place, degrees) ?? made(kind, degrees * 5);
}

/** Asks the index in and around a fence, and returns where it differs from the fence itself. */
async function wrongAnswers(geometry: Geometry, { latitude, longitude, radiusMeters }: Shown): Promise<unknown[]> {
  const degrees = radiusMeters / 111_000;
  const wrong: unknown[] = [];
  for (let i = 0; i < 25; i++) {
    const [x, y] = [wrap(longitude + (2 * random() - 1) * degrees), latitude + (2 * random() - 1) * degrees];
    if (Math.abs(y) > 90) continue;
    const rows = await checkGeofences.open().candidates(me.tenant.reference, y, x, new AbortController().signal);
    const { matches } = await checkGeofences.open().matches(me.tenant, y, x, rows);
    if ((matches.length === 1) !== geometryContains(geometry, y, x)) wrong.push([x, y]);
  }
  return wrong;
}

type Shown = Awaited<ReturnType<typeof writer.create>>;
const patch = async (id: string, body: object) => await writer.update(me, id, body, 'patch', undefined);

describe.each(cases(limitKinds))('%s', (kind) => {
  test.each([15, 1, 0.01])('of %d degrees can be created, renamed, moved, found and deleted', async (degrees) => {
    const geometry = made(kind, degrees);
    const fence = await writer.create(me, { ...words, geometry }, unrecorded);
    expect(await wrongAnswers(geometry, fence)).toEqual([]);
    await patch(fence.id, { name: 'Other' });
    const moved = made(kind, degrees);
    const shown = await patch(fence.id, { geometry: moved });
    await patch(fence.id, { status: 'inactive' });
    await patch(fence.id, { status: 'active' });
    expect(await wrongAnswers(moved, shown)).toEqual([]);
    await writer.delete(me, fence.id, undefined);
    expect(database.rows('cells')).toEqual([]);
    expect(database.largestTransaction).toBeLessThan(3 * 1024 * 1024);
  });
});

test('a shape all of whose edges lie in the cells of the previous shape is refused with the reason', async () => {
  const along = (x: number, share: number): Position => [10 + x + 12 * share, 30 + 12 * share];
  const shares = Array.from({ length: 300 }, (_, i) => i / 299);
  const needle = [...shares.map((share) => along(0, share)), ...shares.map((share) => along(0.01, 1 - share))];
  const teeth = Array.from({ length: 9990 }, (_, i) => along((0.01 * i) / 9990, i % 2));
  const polygon = (ring: Position[]) => ({ type: 'Polygon', coordinates: [[...ring, ring[0]]] });
  const comb = polygon([...teeth, along(0.011, -0.01), along(-0.001, -0.01)]);
  const { id } = await writer.create(me, { ...words, geometry: polygon(needle) }, unrecorded);
  const rows = database.rows('cells');
  const refused = { code: 'VALIDATION_ERROR', details: { reason: 'too_many_positions', hint: expect.any(String) } };
  await expect(patch(id, { geometry: comb })).rejects.toMatchObject(refused);
  expect(database.rows('cells')).toEqual(rows);
  // If cells of a still earlier shape are left, there may be room a minute later.
  await patch(id, { latitude: 5, longitude: 5 });
  await patch(id, { geometry: polygon(needle) });
  await expect(patch(id, { geometry: comb })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await expect(writer.create(me, { ...words, geometry: comb }, unrecorded)).resolves.toMatchObject({ version: 1 });
});
