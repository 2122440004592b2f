import { describe, expect, it } from 'vitest';
import { distanceToEdgeMeters, geometryContains } from '../../../shared/geo/contains.ts';
import { nearestEdgeMeters } from '../../../shared/geo/edge-distance.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { toGrid } from '../../../shared/geo/grid.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { roundDegrees } from '../../../shared/geo/sphere.ts';
import { runs } from '../../support/thorough.ts';
import { anywhere, clampLatitude, starRing, travel, wrap } from './support/globe.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { oracleOf, type Segment, segmentsOf } from './support/oracle.ts';
import { preciseDistance, preciseEdgeDistance } from './support/precise.ts';
import { logUniform, pick, type Random, seededRandom } from './support/random.ts';

/** The distances that `explain` prints, to a tenth of a metre, compared with arithmetic of 50 digits. */

const printed = (meters: number) => Math.round(meters * 10) / 10 + 0;

function expectExact(actual: number, precise: number, about: unknown): void {
  expect(Math.abs(actual - precise), JSON.stringify(about)).toBeLessThan(1e-6);
  expect(printed(actual), JSON.stringify(about)).toBe(printed(precise));
}

const onGrid = ([x, y]: Position): Position => [roundDegrees(wrap(x)), roundDegrees(clampLatitude(y))];
const gridOf = ([x, y]: Position): [number, number] => [toGrid(x), toGrid(y)];

/** The edges of a fence, as the oracle reads them; none if drawing the fence on a map needs edges along ±180. */
function edgesOf(fence: Exclude<Geometry, { type: 'Circle' }>): Segment[] {
  const rings = fence.type === 'Polygon' ? fence.coordinates : fence.coordinates.flat();
  const edges = rings.flatMap((ring) => segmentsOf(ring)).filter(([ax, ay, bx, by]) => ax !== bx || ay !== by);
  return edges.some(([ax, , bx]) => ax === bx && Math.abs(ax) === 1_800_000_000) ? [] : edges;
}

/** A point beside a corner of the fence, from a millimetre to the other end of the world. */
function pointNear(random: Random, edges: readonly Segment[]): Position {
  const [x, y] = pick(random, edges);
  return onGrid(travel([x / 1e7, y / 1e7], 7 * random(), logUniform(random, 1e-3, 2e7)));
}

describe('distanceToEdgeMeters', () => {
  it('is exact for polygons of every kind, negative inside', () => {
    const random = seededRandom(203);
    let compared = 0;
    for (const fence of nastyFences(random, runs(400))) {
      if (fence.type === 'Circle' || JSON.stringify(fence).length > 600) continue;
      const edges = edgesOf(fence);
      for (let i = 0; i < 2 && edges.length > 0; i++) {
        const point = pointNear(random, edges);
        const away = preciseEdgeDistance(gridOf(point), edges);
        const inside = oracleOf(fence)(...point);
        expectExact(distanceToEdgeMeters(fence, point[1], point[0]), inside ? -away : away, { fence, point });
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(runs(150));
  });

  it.each([
    ['the north pole', (random: Random): Position => [anywhere(random)[0], 90 - logUniform(random, 1e-5, 8)]],
    ['the south pole', (random: Random): Position => [anywhere(random)[0], logUniform(random, 1e-5, 8) - 90]],
    ['±180', (random: Random): Position => [180 + (random() - 0.5) * logUniform(random, 1e-5, 8), anywhere(random)[1]]],
  ])('is exact by %s', (_name, centerOf) => {
    const random = seededRandom(204);
    for (let i = 0; i < runs(60); i++) {
      const center = onGrid(centerOf(random));
      const room = Math.min(3, (90 - Math.abs(center[1])) * 0.9);
      const ring = starRing(center, 5, () => room * (0.3 + 0.7 * random())).map(onGrid);
      const edges = segmentsOf([...ring.slice(0, -1), ring[0]!]);
      const flat = Float64Array.from(edges.flat());
      const point = random() < 0.2 ? onGrid([0, 90 * Math.sign(center[1])]) : pointNear(random, edges);
      expectExact(nearestEdgeMeters(flat, ...gridOf(point)), preciseEdgeDistance(gridOf(point), edges), {
        ring,
        point,
      });
    }
  });

  it('is exact for circles, wherever they and the point are', () => {
    const random = seededRandom(205);
    for (let i = 0; i < runs(2000); i++) {
      const kind = random();
      const center = onGrid(kind < 0.3 ? [anywhere(random)[0], 90 - logUniform(random, 1e-7, 1)] : anywhere(random));
      const antipode: Position = [center[0] + 180, -center[1]];
      const from = random() < 0.3 ? antipode : center;
      const point = onGrid(travel(from, 7 * random(), logUniform(random, 1e-3, 1e7)));
      const radiusMeters = Math.ceil(logUniform(random, 1, 100_000));
      const expected = preciseDistance(gridOf(center), gridOf(point)) - radiusMeters;
      const circle: Geometry = { type: 'Circle', center, radiusMeters };
      expectExact(distanceToEdgeMeters(circle, point[1], point[0]), expected, { circle, point });
    }
  });

  const square = (x: number, y: number, size: number): Position[] => [
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y + size],
    [x, y],
  ];

  it('sees no edge where two polygons meet at ±180', () => {
    const whole = normalizeGeometry({
      type: 'Polygon',
      coordinates: [
        [
          [179, 0],
          [-179, 0],
          [-179, 1],
          [179, 1],
          [179, 0],
        ],
      ],
    });
    const cut = normalizeGeometry({ type: 'MultiPolygon', coordinates: [[square(179, 0, 1)], [square(-180, 0, 1)]] });
    for (const [x, y] of [
      [180, 0.5],
      [-179.9999, 0.3],
      [179.2, 0.5],
      [178, 2],
      [-180, 1],
    ] as Position[]) {
      expect(distanceToEdgeMeters(cut, y, x)).toBeCloseTo(distanceToEdgeMeters(whole, y, x), 6);
    }
    const half = normalizeGeometry({
      type: 'MultiPolygon',
      coordinates: [[square(179, 0, 1)], [square(-180, 0.5, 1)]],
    });
    // South of 0.5 the western square ends at ±180.
    expect(distanceToEdgeMeters(half, 0.1, -179.9999)).toBeCloseTo(11.12, 1);
    expect(distanceToEdgeMeters(half, 0.7, 180)).toBeLessThan(-20_000);
  });

  it('measures a polar cap from its rim', () => {
    const cap = normalizeGeometry({
      type: 'Polygon',
      coordinates: [
        [
          [-180, 85],
          [-90, 85],
          [0, 85],
          [90, 85],
          [180, 85],
          [180, 90],
          [-180, 90],
          [-180, 85],
        ],
      ],
    });
    const rim = preciseDistance([0, 850_000_000], [0, 870_000_000]);
    for (const longitude of [180, -180, 179.99, 0, 33]) {
      expect(distanceToEdgeMeters(cap, 87, longitude)).toBeCloseTo(-rim, 6);
      expect(distanceToEdgeMeters(cap, 90, longitude)).toBeCloseTo(-2.5 * rim, 6);
    }
  });

  it('measures thousands of edges at the same distance quickly', () => {
    const meridian = normalizeGeometry({
      type: 'Polygon',
      coordinates: [
        [
          [0, -12],
          [0.001, 0],
          [0, 12],
          [0, -12],
        ],
      ],
    });
    const teeth = Array.from({ length: 2000 }, (_, i): Position => [i * 1e-6, i % 2 === 0 ? -12 : 12]);
    const comb = normalizeGeometry({ type: 'Polygon', coordinates: [[[0, -13], ...teeth, [0.003, -13], [0, -13]]] });
    for (const [x, y] of [
      [90, 0],
      [-90, 0],
      [90.0000001, 1e-7],
      [90, 1e-7],
    ] as Position[]) {
      const from = performance.now();
      distanceToEdgeMeters(comb, y, x);
      expect(performance.now() - from).toBeLessThan(500);
      expectExact(
        distanceToEdgeMeters(meridian, y, x),
        preciseEdgeDistance(gridOf([x, y]), edgesOf(meridian as never)),
        [x, y],
      );
    }
  });

  it('is negative or 0 exactly where a point is inside', () => {
    const random = seededRandom(206);
    for (const fence of nastyFences(random, runs(100))) {
      const [x, y] = onGrid(
        fence.type === 'Circle' ? fence.center : (fence.coordinates.flat(9).slice(0, 2) as Position),
      );
      const point = onGrid(travel([x, y], 7 * random(), logUniform(random, 1, 1e5)));
      const distance = distanceToEdgeMeters(fence, point[1], point[0]);
      expect(distance <= 0).toBe(geometryContains(fence, point[1], point[0]) || distance === 0);
    }
  });
});
