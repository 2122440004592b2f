import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaSquareMeters } from '../../../shared/geo/area.ts';
import { toFence } from '../../../shared/geo/cell-region.ts';
import { containsTest, distanceToEdgeMeters } from '../../../shared/geo/contains.ts';
import type { CircleGeometry, Geometry, Position } from '../../../shared/geo/geometry.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { distanceMeters, roundDegrees } from '../../../shared/geo/sphere.ts';
import { featureGeometry } from '../../../shared/ogc/feature-geometry.ts';
import { starRing, travel } from '../geo/support/globe.ts';
import { nastyFences } from '../geo/support/nasty-fences.ts';
import { seededRandom } from '../geo/support/random.ts';

const polygonsOf = (geometry: Geometry): Position[][][] => {
  const shown = featureGeometry(geometry);
  return shown.type === 'Polygon' ? [shown.coordinates] : shown.coordinates;
};
function valid(input: unknown): Geometry[] {
  try {
    return [normalizeGeometry(input)];
  } catch {
    return [];
  }
}
const area = (geometry: Geometry) => areaSquareMeters(toFence(geometry));
const circle = (longitude: number, latitude: number, radiusMeters: number): CircleGeometry => ({
  type: 'Circle',
  center: [roundDegrees(longitude), roundDegrees(latitude)],
  radiusMeters,
});

/** Each polygon is valid by itself, follows the right-hand rule, and has no edge across ±180. */
function expectRfc7946(geometry: Geometry): void {
  const polygons = polygonsOf(geometry);
  expect(polygons.length).toBeGreaterThan(0);
  for (const coordinates of polygons) {
    const polygon: Geometry = { type: 'Polygon', coordinates };
    expect(normalizeGeometry(structuredClone(polygon)), JSON.stringify({ geometry, polygon })).toEqual(polygon);
    const wide = coordinates.some((ring) =>
      ring.some(([x], i) => i > 0 && Math.abs(x - ring[i - 1]![0]) > 180 && Math.abs(x) !== 180),
    );
    expect(wide, JSON.stringify({ geometry, polygon })).toBe(false);
  }
}

describe('a circle', () => {
  const radius = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 100_000 }));
  const longitude = fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(180, -180, 179.9999, 0));
  const latitude = fc.oneof(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: 89, max: 90, noNaN: true }),
    fc.double({ min: -90, max: -89, noNaN: true }),
    fc.constantFrom(90, -90, 89.9999999, 0),
  );
  const circles = fc.tuple(longitude, latitude, radius).map((given) => circle(...given));

  test('is one polygon of 64 sides whose vertices lie on it', () => {
    const [ring, ...others] = polygonsOf(circle(13.4, 52.5, 1000))[0]!;
    expect(others).toEqual([]);
    expect(ring).toHaveLength(65);
    for (const [x, y] of ring!) expect(distanceMeters(52.5, 13.4, y, x)).toBeCloseTo(1000, 1);
    expect(ring![0]![0]).toBe(13.4);
  });

  test('is valid GeoJSON wherever it lies, with every vertex on the circle, on ±180 or on the pole', () => {
    fc.assert(
      fc.property(circles, (given) => {
        expectRfc7946(given);
        const [lng, lat] = given.center;
        for (const [x, y] of polygonsOf(given).flat(2)) {
          if (Math.abs(x) === 180) continue;
          expect(Math.abs(distanceMeters(lat, lng, y, x) - given.radiusMeters)).toBeLessThan(0.02);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('holds what lies well inside and nothing that lies outside', () => {
    const bearing = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    const share = fc.double({ min: 0, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(circles, bearing, share, (given, direction, at) => {
        const [lng, lat] = given.center;
        const reach = given.radiusMeters / 111_195;
        // Near a pole, edges that are straight on the map differ from the circle.
        fc.pre(Math.abs(90 - Math.abs(lat) - reach) > reach / 10);
        fc.pre(at < 0.97 || at > 1.03);
        const [x, y] = travel(given.center, direction, at * given.radiusMeters);
        const contains = containsTest(featureGeometry(given));
        expect(contains(y, x), JSON.stringify({ given, x, y, lng })).toBe(at < 1);
      }),
      { numRuns: 1000 },
    );
  });

  test('loses what a polygon of 64 sides loses, and nothing to being split', () => {
    fc.assert(
      fc.property(fc.constantFrom(180, -180, 179.99, 0), fc.integer({ min: 100, max: 100_000 }), (lng, meters) => {
        const given = circle(lng, 10, meters);
        const ratio = (64 / 2 / Math.PI) * Math.sin((2 * Math.PI) / 64);
        expect(area(featureGeometry(given)) / area(given)).toBeCloseTo(ratio, 3);
      }),
    );
  });

  test('across ±180 is two polygons; round a pole one, from -180 to 180', () => {
    expect(featureGeometry(circle(180, 0, 1000))).toMatchObject({ type: 'MultiPolygon', coordinates: { length: 2 } });
    for (const [lat, pole] of [
      [90, 90],
      [-89.9, -90],
    ] as const) {
      const shown = featureGeometry(circle(10, lat, 50_000));
      expect(shown.type).toBe('Polygon');
      const positions = (shown.coordinates as Position[][])[0]!;
      expect(positions).toContainEqual([-180, pole]);
      expect(positions).toContainEqual([180, pole]);
    }
  });
});

describe('a polygon', () => {
  const box = (west: number, south: number, east: number, north: number): Position[] => [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const polygon = (...coordinates: unknown[]) => normalizeGeometry({ type: 'Polygon', coordinates });

  test('that does not cross stays as it is', () => {
    const plain = polygon(box(0, 0, 4, 4), box(1, 1, 2, 2));
    expect(featureGeometry(plain)).toEqual(plain);
  });

  test('that begins at 180 is written from -180', () => {
    const [piece, ...others] = polygonsOf(polygon(box(180, 0, -179, 1)));
    expect(others).toEqual([]);
    expect(piece![0]!.map(([x]) => x)).toEqual([-180, -179, -179, -180, -180]);
  });

  test('across ±180 falls into its parts, with its holes where they belong', () => {
    const holes = [box(178.2, 1, 178.4, 2), box(-178.4, 1, -178.2, 2), box(179.5, 1, -179.5, 2)];
    const parts = polygonsOf(polygon(box(178, 0, -178, 4), ...holes));
    expect(parts.map((rings) => rings.length)).toEqual([2, 2]);
    expect(parts.flat(2).every(([x]) => Math.abs(x) <= 180)).toBe(true);
    const total = 16 - 0.2 - 0.2 - 1;
    const plane = (ring: Position[]) =>
      ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i]![0] * y - x * ring[i]![1]) / 2, 0);
    expect(parts.flat().reduce((sum, ring) => sum + plane(ring), 0)).toBeCloseTo(total, 6);
  });

  test.each([
    [
      'a notch that reaches the line',
      [
        [178, 0],
        [-178, 0],
        [-178, 4],
        [178, 4],
        [180, 2],
        [178, 0],
      ],
      3,
    ],
    [
      'a comb along the line',
      [
        [179, 0],
        [-179, 0],
        [-179, 5],
        [179, 5],
        [179, 4],
        [180, 4],
        [180, 3],
        [179, 3],
        [179, 2],
        [180, 2],
        [180, 1],
        [179, 1],
        [179, 0],
      ],
      4,
    ],
    [
      'an edge on the line',
      [
        [180, 0],
        [-179, 0],
        [-179, 5],
        [178, 5],
        [178, 3],
        [180, 3],
        [180, 0],
      ],
      2,
    ],
    [
      'teeth over the line',
      [
        [178, 0],
        [-179, 0],
        [-179, 1],
        [179, 1],
        [179, 2],
        [-179, 2],
        [-179, 3],
        [178, 3],
        [178, 0],
      ],
      3,
    ],
  ] as const)('with %s', (_, ring, pieces) => {
    const given = polygon(ring);
    expectRfc7946(given);
    expect(polygonsOf(given)).toHaveLength(pieces);
    expect(area(featureGeometry(given))).toBeCloseTo(area(given), -4);
  });

  test.each([
    [
      'in one point',
      [
        [179, 2],
        [180, 1],
        [179, 1],
        [179, 2],
      ],
      [2, 1],
    ],
    [
      'in two',
      [
        [180, 3],
        [180, 1],
        [179, 2],
        [180, 3],
      ],
      [1, 1],
    ],
    [
      'in two points far apart',
      [
        [180, 3],
        [179.5, 2],
        [180, 1],
        [179, 2],
        [180, 3],
      ],
      [1, 1, 1],
    ],
  ] as const)('with a hole that touches the line %s', (_, hole, rings) => {
    const given = polygon(box(178, 0, -178, 4), hole);
    expectRfc7946(given);
    expect(
      polygonsOf(given)
        .map((one) => one.length)
        .sort(),
    ).toEqual([...rings].sort());
    expect(area(featureGeometry(given))).toBeCloseTo(area(given), -4);
  });

  test('of any shape keeps its area and its points', { timeout: 60_000 }, () => {
    const random = seededRandom(9);
    const stars = Array.from({ length: 300 }, (): unknown => {
      const center: Position = [180 + (random() - 0.5) * 4 > 180 ? -179 : 179, (random() - 0.5) * 150];
      const size = 0.001 + random() * 8;
      const outer = starRing(center, 3 + Math.floor(random() * 40), () => size * (0.4 + 0.6 * random()));
      const hole = starRing(center, 3 + Math.floor(random() * 9), () => size * 0.3 * random());
      return { type: 'Polygon', coordinates: random() < 0.5 ? [outer] : [outer, hole] };
    });
    const fences = [...stars, ...nastyFences(random, 600).filter(({ type }) => type !== 'Circle')].flatMap(valid);
    let split = 0;
    for (const given of fences) {
      expectRfc7946(given);
      const shown = featureGeometry(given);
      split += Number(shown.type !== given.type);
      expect(Math.abs(area(shown) - area(given))).toBeLessThan(1 + 1e-4 * Math.abs(area(given)));
      const [before, after] = [containsTest(given), containsTest(shown)];
      for (let i = 0; i < 20; i++) {
        const x = 180 + (random() - 0.5) * 10;
        const [lng, lat] = [x > 180 ? x - 360 : x, (random() - 0.5) * 160];
        if (before(lat, lng) !== after(lat, lng)) {
          expect(Math.abs(distanceToEdgeMeters(given, lat, lng))).toBeLessThan(1);
        }
      }
    }
    expect(split).toBeGreaterThan(100);
  });
});
