import { describe, expect, it } from 'vitest';
import type { Position } from '../../../shared/geo/geometry.ts';
import { GeometryError } from '../../../shared/geo/geometry-error.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { pick, type Random, seededRandom } from './support/random.ts';
import { isValidByPairs } from './support/valid-oracle.ts';

/** A ring of three to six corners on a small grid, so that touching, overlapping and crossing are common. */
function gridRing(random: Random, size: number): Position[] {
  const [x, y] = [Math.floor(random() * 4), Math.floor(random() * 4)];
  const corner = (): Position => [x + Math.floor(random() * size), y + Math.floor(random() * size)];
  const [w, h] = [1 + Math.floor(random() * (size - 1)), 1 + Math.floor(random() * (size - 1))];
  const box: Position[] = [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ];
  const free = Array.from({ length: 3 + Math.floor(random() * 4) }, corner);
  const ring = random() < 0.5 ? box : free;
  return [...ring, ring[0]!];
}

function randomPolygons(random: Random): Position[][][] {
  const polygon = () => [
    gridRing(random, 9),
    ...Array.from({ length: Math.floor(random() * 3) }, () => gridRing(random, 5)),
  ];
  return Array.from({ length: pick(random, [1, 1, 2]) }, polygon);
}

/** Degenerate rings are a separate case: `empty`, or repeated corners, which are dropped. */
function hasArea(ring: readonly Position[]): boolean {
  const [a, b] = [ring[0]!, ring[1]!];
  const isFlat = ring.every((c) => (b[0] - a[0]) * (c[1] - a[1]) === (b[1] - a[1]) * (c[0] - a[0]));
  return !isFlat && ring.slice(1).every((c, i) => c[0] !== ring[i]![0] || c[1] !== ring[i]![1]);
}

function isAccepted(polygons: Position[][][], place: (position: Position) => Position): boolean {
  try {
    const coordinates = polygons.map((rings) => rings.map((ring) => ring.map(place)));
    normalizeGeometry({ type: 'MultiPolygon', coordinates });
    return true;
  } catch (error) {
    if (error instanceof GeometryError && ['self_intersection', 'hole_outside'].includes(error.reason)) return false;
    throw error;
  }
}

describe('the sweep over rings', { timeout: 60_000 }, () => {
  const places: [name: string, place: (position: Position) => Position][] = [
    ['at the origin', ([x, y]) => [x / 100, y / 100]],
    ['on the finest grid', ([x, y]) => [20 + x / 1e7, 40 + y / 1e7]],
    ['turned a quarter', ([x, y]) => [-y / 100, x / 100]],
    ['sheared far out', ([x, y]) => [100 + x / 100 + y, y]],
    ['across ±180', ([x, y]) => [x >= 6 ? x / 100 - 180.06 : x / 100 + 179.94, y / 100]],
  ];
  it.each(places)('agrees with a comparison of all pairs %s', (_name, place) => {
    const random = seededRandom(401);
    let valid = 0;
    for (let i = 0; i < 4000; i++) {
      const polygons = randomPolygons(random);
      if (!polygons.flat().every(hasArea)) continue;
      const expected = isValidByPairs(polygons);
      if (expected) valid += 1;
      if (isAccepted(polygons, place) !== expected) expect.fail(`${expected} ${JSON.stringify(polygons)}`);
    }
    expect(valid).toBeGreaterThan(200);
  });
});
