import { describe, expect, it } from 'vitest';
import { containsTest, distanceToEdgeMeters, geometryContains } from '../../../shared/geo/contains.ts';
import { type Geometry, normalizeGeometry, type Position } from '../../../shared/geo/geometry.ts';
import { polygonEdges } from '../../../shared/geo/polygon-edges.ts';
import { distanceMeters, roundDegrees } from '../../../shared/geo/sphere.ts';
import { travel } from './support/globe.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { nastyPoints } from './support/nasty-points.ts';
import { oracleOf } from './support/oracle.ts';
import { seededRandom } from './support/random.ts';

const square = (x: number, y: number, size: number): Position[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];

describe('geometryContains', { timeout: 60_000 }, () => {
  it('decides as integer arithmetic does', () => {
    const random = seededRandom(201);
    const fences = nastyFences(random, 360);
    const next = nastyPoints(random, fences);
    const tests = fences.map((fence) => ({ fence, contains: containsTest(fence), oracle: oracleOf(fence) }));
    for (let i = 0; i < 10_000; i++) {
      const [longitude, latitude] = next();
      for (const { fence, contains, oracle } of tests) {
        if (contains(latitude, longitude) !== oracle(longitude, latitude))
          expect.fail(JSON.stringify({ fence, longitude, latitude }));
      }
    }
  });

  it('counts the boundary as inside, of outer rings and holes alike', () => {
    const fence = normalizeGeometry({ type: 'Polygon', coordinates: [square(0, 0, 9), square(3, 3, 3)] });
    const inside: Position[] = [
      [0, 0],
      [9, 4],
      [4.5, 9],
      [3, 3],
      [3, 4],
      [6, 6],
      [4.5, 3],
      [1, 1],
    ];
    for (const [longitude, latitude] of inside) expect(geometryContains(fence, latitude, longitude)).toBe(true);
    const outside: Position[] = [
      [-1e-7, 4],
      [9.0000001, 4],
      [3.0000001, 3.0000001],
      [4.5, 4.5],
    ];
    for (const [longitude, latitude] of outside) expect(geometryContains(fence, latitude, longitude)).toBe(false);
  });

  it('rounds the point to the grid first', () => {
    const fence = normalizeGeometry({ type: 'Polygon', coordinates: [square(0, 0, 1)] });
    expect(geometryContains(fence, 0.5, -4e-8)).toBe(true);
    expect(geometryContains(fence, 0.5, -6e-8)).toBe(false);
  });

  it('holds a circle over the pole and across ±180', () => {
    const polar: Geometry = { type: 'Circle', center: [20, 89.9], radiusMeters: 50_000 };
    expect(geometryContains(polar, 89.9, -160)).toBe(true);
    const far: Geometry = { type: 'Circle', center: [179.999, 0], radiusMeters: 500 };
    expect(geometryContains(far, 0, -179.998)).toBe(true);
    expect(geometryContains(far, 0, -179.99)).toBe(false);
  });

  it('reads ±180 as one meridian', () => {
    const cut = [[square(179, 0, 1)], [square(-180, 0, 1)]];
    const fence = normalizeGeometry({ type: 'MultiPolygon', coordinates: cut });
    expect([geometryContains(fence, 0.5, 180), geometryContains(fence, 0.5, -180)]).toEqual([true, true]);
  });
});

describe('distanceToEdgeMeters', { timeout: 60_000 }, () => {
  /** The nearest of many points along each edge. */
  function sampled(fence: Exclude<Geometry, { type: 'Circle' }>, latitude: number, longitude: number): number {
    const { edges } = polygonEdges(fence);
    let best = Infinity;
    for (let i = 0; i < edges.length; i += 4) {
      const length = distanceMeters(edges[i + 1]! / 1e7, edges[i]! / 1e7, edges[i + 3]! / 1e7, edges[i + 2]! / 1e7);
      const steps = Math.min(20_000, 2 + Math.ceil(length / 20));
      for (let k = 0; k <= steps; k++) {
        const x = edges[i]! + ((edges[i + 2]! - edges[i]!) * k) / steps;
        const y = edges[i + 1]! + ((edges[i + 3]! - edges[i + 1]!) * k) / steps;
        best = Math.min(best, distanceMeters(latitude, longitude, y / 1e7, x / 1e7));
      }
    }
    return best;
  }

  it('agrees with points along the edges to 1 m or 0.1 %, negative inside', () => {
    const random = seededRandom(203);
    const fences = nastyFences(random, 400).filter(
      (fence) => fence.type !== 'Circle' && JSON.stringify(fence).length < 1500,
    );
    for (const fence of fences.slice(0, 60)) {
      if (fence.type === 'Circle') continue;
      const [lng, lat] = (fence.type === 'Polygon' ? fence.coordinates : fence.coordinates[0]!)[0]![0]!;
      const [x, y] = travel([lng, lat], 7 * random(), 10 ** (6 * random()));
      const [longitude, latitude] = [roundDegrees(x), roundDegrees(y)];
      const distance = distanceToEdgeMeters(fence, latitude, longitude);
      const expected = sampled(fence, latitude, longitude);
      const step = 12;
      expect(Math.abs(Math.abs(distance) - expected)).toBeLessThanOrEqual(
        Math.max(1, expected / 1000) + (expected < 200 ? step : 1),
      );
      expect(distance <= 0).toBe(geometryContains(fence, latitude, longitude) || distance === 0);
    }
  });

  it('measures a circle from its rim', () => {
    const circle: Geometry = { type: 'Circle', center: [8, 47], radiusMeters: 1000 };
    expect(distanceToEdgeMeters(circle, 47, 8)).toBe(-1000);
    const [longitude, latitude] = travel([8, 47], 1, 1500);
    expect(distanceToEdgeMeters(circle, latitude, longitude)).toBeCloseTo(500, 1);
  });

  it('is exact for a point beside a parallel', () => {
    const fence = normalizeGeometry({ type: 'Polygon', coordinates: [square(0, 0, 1)] });
    expect(distanceToEdgeMeters(fence, 0.5, 2)).toBeCloseTo(distanceMeters(0.5, 2, 0.5, 1), -1);
    expect(distanceToEdgeMeters(fence, 0.001, 0.5)).toBeCloseTo(-distanceMeters(0.001, 0.5, 0, 0.5), -1);
  });
});
