import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../shared/geo/bounding.ts';
import { containsTest, distanceToEdgeMeters } from '../../../shared/geo/contains.ts';
import { type Cut, cutTest, type Place } from '../../../shared/geo/cut.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { measureGeometry } from '../../../shared/geo/measure.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { distanceMeters, roundDegrees } from '../../../shared/geo/sphere.ts';
import { clampLatitude, travel, wrap } from './support/globe.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { segmentsOf } from './support/oracle.ts';
import { logUniform, pick, type Random, seededRandom } from './support/random.ts';

const placeOf = ([x, y]: Position): Place => ({
  longitude: roundDegrees(wrap(x)),
  latitude: roundDegrees(clampLatitude(y)),
});

function cutOf(geometry: Geometry, from: Place, to: Place): Cut | undefined {
  const measure = measureGeometry(geometry);
  return cutTest(geometry, { ...measure, radiusMeters: reachOf(geometry, measure) })(from, to);
}

/** Whether a path meets an edge, in integer arithmetic, for every copy of the path around the globe. */
function meetsExactly(geometry: Exclude<Geometry, { type: 'Circle' }>, from: Place, to: Place): boolean {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  const turn = 3_600_000_000n;
  const grid = (degrees: number) => BigInt(Math.round(degrees * 1e7));
  const [ax, ay, by] = [grid(from.longitude), grid(from.latitude), grid(to.latitude)];
  const step = grid(to.longitude) - ax;
  const bx = ax + (step > turn / 2n ? step - turn : step < -turn / 2n ? step + turn : step);
  const side = (px: bigint, py: bigint, qx: bigint, qy: bigint, rx: bigint, ry: bigint) => {
    const area = (qx - px) * (ry - py) - (qy - py) * (rx - px);
    return area > 0n ? 1 : area < 0n ? -1 : 0;
  };
  const apart = (a: bigint, b: bigint, c: bigint, d: bigint) =>
    (a > c && a > d && b > c && b > d) || (a < c && a < d && b < c && b < d);
  return rings.flatMap(segmentsOf).some((edge) => {
    const [cx, cy, dx, dy] = edge.map(BigInt) as [bigint, bigint, bigint, bigint];
    return [-2n, -1n, 0n, 1n, 2n].some((copies) => {
      const [wx, ex] = [ax + copies * turn, bx + copies * turn];
      if (apart(wx, ex, cx, dx) || apart(ay, by, cy, dy)) return false;
      const [c, d] = [side(wx, ay, ex, by, cx, cy), side(wx, ay, ex, by, dx, dy)];
      const [a, b] = [side(cx, cy, dx, dy, wx, ay), side(cx, cy, dx, dy, ex, by)];
      return c * d <= 0 && a * b <= 0;
    });
  });
}

/** The place after a share of a path. */
function placeAt(geometry: Geometry, from: Place, to: Place, share: number): Place {
  if (geometry.type !== 'Circle') {
    const step = to.longitude - from.longitude;
    const east = Math.abs(step) > 180 ? step - Math.sign(step) * 360 : step;
    return placeOf([from.longitude + share * east, from.latitude + share * (to.latitude - from.latitude)]);
  }
  const rad = Math.PI / 180;
  const east = (to.longitude - from.longitude) * rad;
  const y = Math.sin(east) * Math.cos(to.latitude * rad);
  const x =
    Math.cos(from.latitude * rad) * Math.sin(to.latitude * rad) -
    Math.sin(from.latitude * rad) * Math.cos(to.latitude * rad) * Math.cos(east);
  const length = distanceMeters(from.latitude, from.longitude, to.latitude, to.longitude);
  return placeOf(travel([from.longitude, from.latitude], Math.atan2(y, x), share * length));
}

/** Two places outside of a fence, up to 10 km apart, beside a corner or an edge of it. */
function wayBeside(random: Random, geometry: Geometry): [from: Place, to: Place] | undefined {
  const holds = containsTest(geometry);
  const corner: Position =
    geometry.type === 'Circle'
      ? travel(geometry.center, 7 * random(), geometry.radiusMeters)
      : pick(random, geometry.type === 'Polygon' ? geometry.coordinates.flat() : geometry.coordinates.flat(2));
  const through = random() < 0.3 ? corner : travel(corner, 7 * random(), logUniform(random, 0.01, 2000));
  const bearing = 7 * random();
  const from = placeOf(travel(through, bearing, logUniform(random, 0.1, 5000)));
  const to = placeOf(travel(through, bearing + Math.PI, logUniform(random, 0.1, 5000)));
  return holds(from.latitude, from.longitude) || holds(to.latitude, to.longitude) ? undefined : [from, to];
}

function* waysBeside(random: Random, fences: readonly Geometry[], of: number) {
  for (const fence of fences) {
    if (JSON.stringify(fence).length > 4000) continue;
    for (let i = 0; i < of; i++) {
      const way = wayBeside(random, fence);
      if (way) yield { fence, from: way[0], to: way[1], cut: cutOf(fence, ...way) };
    }
  }
}

describe('cutTest', { timeout: 60_000 }, () => {
  it('meets a polygon where whole numbers say so', () => {
    const random = seededRandom(301);
    const seen = { cut: 0, missed: 0 };
    for (const { fence, from, to, cut } of waysBeside(random, nastyFences(random, 400), 12)) {
      if (fence.type === 'Circle') continue;
      expect(cut !== undefined, JSON.stringify({ fence, from, to })).toBe(meetsExactly(fence, from, to));
      seen[cut ? 'cut' : 'missed'] += 1;
    }
    expect(seen.cut).toBeGreaterThan(200);
    expect(seen.missed).toBeGreaterThan(200);
  });

  it('begins and ends on the edge, and holds all places of the way that lie inside', () => {
    const random = seededRandom(302);
    let inside = 0;
    for (const { fence, from, to, cut } of waysBeside(random, nastyFences(random, 300), 6)) {
      const about = JSON.stringify({ fence, from, to, cut });
      const holds = containsTest(fence);
      for (let i = 1; i < 200; i++) {
        const place = placeAt(fence, from, to, i / 200);
        if (!holds(place.latitude, place.longitude)) continue;
        inside += 1;
        // A place is rounded to a centimetre, so it may be inside if the path passes near the edge.
        if (Math.abs(distanceToEdgeMeters(fence, place.latitude, place.longitude)) < 0.05) continue;
        expect(cut, about).toBeDefined();
        expect(i / 200, about).toBeGreaterThanOrEqual(cut!.first.share - 1e-9);
        expect(i / 200, about).toBeLessThanOrEqual(cut!.last.share + 1e-9);
      }
      for (const { share, ...place } of cut ? [cut.first, cut.last] : []) {
        expect(Math.abs(distanceToEdgeMeters(fence, place.latitude, place.longitude)), about).toBeLessThan(0.03);
        const there = placeAt(fence, from, to, share);
        expect(distanceMeters(there.latitude, there.longitude, place.latitude, place.longitude), about).toBeLessThan(
          0.05,
        );
      }
    }
    expect(inside).toBeGreaterThan(2000);
  });

  const square = (west: number, south: number, east: number, north: number) =>
    normalizeGeometry({
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    });
  const at = (latitude: number, longitude: number): Place => ({ latitude, longitude });

  it('shows where a way enters and leaves', () => {
    const cut = cutOf(square(0.02, -0.01, 0.04, 0.01), at(0, 0), at(0, 0.08));
    expect(cut).toEqual({
      first: { share: 0.25, latitude: 0, longitude: 0.02 },
      last: { share: 0.5, latitude: 0, longitude: 0.04 },
    });
  });

  it('meets across ±180, from either side', () => {
    const fence = square(179.99, -0.01, -179.99, 0.01);
    expect(cutOf(fence, at(0, 179.97), at(0, -179.97))).toMatchObject({
      first: { longitude: 179.99 },
      last: { longitude: -179.99 },
    });
    expect(cutOf(fence, at(0, -179.97), at(0, 179.97))).toMatchObject({ first: { longitude: -179.99 } });
    const circle: Geometry = { type: 'Circle', center: [180, 0], radiusMeters: 500 };
    expect(cutOf(circle, at(0, 179.97), at(0, -179.97))?.first.longitude).toBeCloseTo(179.9955, 3);
  });

  it('touches a corner in one place', () => {
    const cut = cutOf(square(0, 0, 0.01, 0.01), at(0.01, -0.01), at(-0.01, 0.01));
    expect(cut).toEqual({
      first: { share: 0.5, latitude: 0, longitude: 0 },
      last: expect.objectContaining({ share: 0.5 }),
    });
  });

  it('runs along an edge', () => {
    const cut = cutOf(square(0.02, 0, 0.04, 0.01), at(0, 0), at(0, 0.08));
    expect([cut?.first.share, cut?.last.share]).toEqual([0.25, 0.5]);
  });

  it('cuts a circle of one metre in the middle of ten kilometres', () => {
    const [from, to] = [at(45, 7), at(45.05, 7.09)];
    const middle = placeAt({ type: 'Circle', center: [0, 0], radiusMeters: 1 }, from, to, 0.5);
    const circle: Geometry = { type: 'Circle', center: [middle.longitude, middle.latitude], radiusMeters: 1 };
    const length = distanceMeters(45, 7, 45.05, 7.09);
    const cut = cutOf(circle, from, to);
    expect((cut!.last.share - cut!.first.share) * length).toBeCloseTo(2, 2);
  });

  it('finds nothing if the point did not move, and nothing beyond the ends of the way', () => {
    const fence = square(0.02, -0.01, 0.04, 0.01);
    expect(cutOf(fence, at(0, 0), at(0, 0))).toBeUndefined();
    expect(cutOf(fence, at(0, 0), at(0, 0.019))).toBeUndefined();
    expect(cutOf({ type: 'Circle', center: [0.03, 0], radiusMeters: 100 }, at(0, 0), at(0, 0.029))).toBeUndefined();
  });

  it('passes a pole', () => {
    const circle: Geometry = { type: 'Circle', center: [0, 90], radiusMeters: 100 };
    const cut = cutOf(circle, at(89.99, 10), at(89.99, -170));
    expect(cut?.first.latitude).toBeCloseTo(89.9991, 4);
    expect(cut!.first.share + cut!.last.share).toBeCloseTo(1, 6);
  });
});
