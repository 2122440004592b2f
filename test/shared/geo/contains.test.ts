import { describe, expect, it } from 'vitest';
import { containsTest, distanceToEdgeMeters, fartherTest, geometryContains } from '../../../shared/geo/contains.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { nastyPoints } from './support/nasty-points.ts';
import { oracleOf } from './support/oracle.ts';
import { logUniform, pick, seededRandom } from './support/random.ts';

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

describe('fartherTest', () => {
  it('agrees with the distance to the edge', () => {
    const random = seededRandom(202);
    const fences = nastyFences(random, 200).filter((fence) => JSON.stringify(fence).length < 4000);
    const next = nastyPoints(random, fences);
    const seen = { farther: 0, nearer: 0 };
    for (let i = 0; i < 3000; i++) {
      const [fence, [longitude, latitude]] = [pick(random, fences), next()];
      const distance = distanceToEdgeMeters(fence, latitude, longitude);
      if (distance <= 0) continue;
      const meters = random() < 0.5 ? distance * (1 + (random() - 0.5) * 1e-3) : logUniform(random, 1, 1000);
      const isFarther = fartherTest(fence)(latitude, longitude, meters);
      expect(isFarther, JSON.stringify({ fence, longitude, latitude, meters })).toBe(distance > meters);
      seen[isFarther ? 'farther' : 'nearer'] += 1;
    }
    expect(Math.min(seen.farther, seen.nearer)).toBeGreaterThan(500);
  });
});
