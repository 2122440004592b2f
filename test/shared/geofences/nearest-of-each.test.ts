import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { distanceToEdgeMeters } from '../../../shared/geo/contains.ts';
import type { Geometry } from '../../../shared/geo/geometry.ts';
import { nearestOfEach } from '../../../shared/geofences/nearest-of-each.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { seededRandom } from '../geo/support/random.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** The nearest geofence of each of many points, compared with the distances of all. */

const me = caller(tenant(1, 'enterprise'));
const fences = writeGeofences.open();
let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const filters = { status: 'active', tag: ['area'], group: undefined } as const;
const within = 10_000;
const onGrid = (degrees: number) => Math.round(degrees * 1e7) / 1e7;

test.each([
  ['all at once', 10_000],
  ['in halves of halves', 4],
  ['one by one', 0],
])('%s', async (_, most) => {
  const random = seededRandom(11);
  const around = () => ({ latitude: onGrid(48 + random() * 0.6), longitude: onGrid(10 + random() * 0.9) });
  const shapes = new Map<string, Geometry>();
  for (let i = 0; i < 40; i++) {
    const { latitude, longitude } = around();
    const side = onGrid(0.001 + random() * 0.01);
    const corners = [
      [longitude, latitude],
      [onGrid(longitude + side), latitude],
      [longitude, onGrid(latitude + side)],
      [longitude, latitude],
    ];
    const shape =
      i % 2 === 0
        ? { latitude, longitude, radiusMeters: 50 + Math.round(random() * 900) }
        : { geometry: { type: 'Polygon', coordinates: [corners] } };
    const more = i % 5 === 0 ? { tags: ['other'] } : { tags: ['area'], status: i % 7 === 0 ? 'inactive' : 'active' };
    const { id, geometry, tags, status } = await fences.create(
      me,
      { name: 'F', ...shape, ...more } as never,
      unrecorded,
    );
    if (tags.includes('area') && status === 'active') shapes.set(id, geometry as Geometry);
  }
  const enough = [0, 50, 500, 20_000];
  const points = Array.from({ length: 60 }, (_, i) => ({ ...around(), enough: enough[i % enough.length]! }));
  const found = await nearestOfEach(me.tenant, filters, points, within, most);
  const kinds = new Set<string>();
  for (const [i, { latitude, longitude, enough: near }] of points.entries()) {
    const meters = [...shapes].map(([id, shape]) => [
      id,
      Math.max(0, distanceToEdgeMeters(shape, latitude, longitude)),
    ]) as [string, number][];
    const least = Math.min(...meters.map(([, distance]) => distance));
    const known = new Map(meters);
    const one = found[i];
    kinds.add(least <= near ? 'near enough' : least <= within ? 'nearest' : 'none');
    if (least > Math.max(near, within)) expect(one, `${i}`).toBeUndefined();
    else {
      expect(one!.meters, `${i}`).toBe(known.get(one!.id));
      if (least <= near) expect(one!.meters).toBeLessThanOrEqual(near);
      // One by one, geofences of the same millimetre are alike.
      else expect(one!.meters).toBeLessThan(least + 0.001);
    }
  }
  expect(kinds).toEqual(new Set(['near enough', 'nearest', 'none']));
});

test('no points have no answer', async () => {
  expect(await nearestOfEach(me.tenant, filters, [], within)).toEqual([]);
});
