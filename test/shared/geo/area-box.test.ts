import { describe, expect, it } from 'vitest';
import { areaSquareMeters, coverReport } from '../../../shared/geo/area.ts';
import { type BoundingBox, distanceToBoxMeters, geometryIntersectsBox, toGridBox } from '../../../shared/geo/box.ts';
import { rangesForBox } from '../../../shared/geo/box-ranges.ts';
import { toFence } from '../../../shared/geo/cell-region.ts';
import { geometryContains } from '../../../shared/geo/contains.ts';
import { coverGeometry } from '../../../shared/geo/cover.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { fineCellOf } from '../../../shared/geo/ladder.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { anywhere, clampLatitude, travel, wrap } from './support/globe.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { logUniform, type Random, seededRandom } from './support/random.ts';

const square = (x: number, y: number, size: number): Position[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];

describe('coverReport', { timeout: 60_000 }, () => {
  it('finds every cover to cover', () => {
    for (const fence of nastyFences(seededRandom(301), 180)) {
      const report = coverReport(
        fence,
        coverGeometry(fence).map(({ cell }) => cell),
      );
      expect(report.covers).toBe(true);
      expect(report.excessAreaRatio).toBeGreaterThan(-0.35);
    }
  });

  it('misses a cell that is missing', () => {
    const fence = normalizeGeometry({ type: 'Circle', center: [8.5, 47.4], radiusMeters: 3000 });
    const cells = coverGeometry(fence).map(({ cell }) => cell);
    const center = cells.filter(
      (cell) =>
        !coverReport(
          fence,
          cells.filter((other) => other !== cell),
        ).covers,
    );
    expect(center).toEqual(cells);
    expect(coverReport(fence, []).covers).toBe(false);
  });

  it('measures areas on the sphere', () => {
    const cap = toFence({ type: 'Circle', center: [0, 0], radiusMeters: 1000 });
    expect(areaSquareMeters(cap) / (Math.PI * 1e6)).toBeCloseTo(1, 6);
    const octant = {
      type: 'Polygon' as const,
      coordinates: [
        [
          [0, 0],
          [90, 0],
          [90, 90],
          [0, 90],
          [0, 0],
        ] as Position[],
      ],
    };
    expect(areaSquareMeters(toFence(octant)) / ((4 * Math.PI * 6371008.7714 ** 2) / 8)).toBeCloseTo(1, 9);
    const small = normalizeGeometry({
      type: 'Polygon',
      coordinates: [square(5, 60, 1e-4), square(5.00002, 60.00002, 2e-5)],
    });
    expect(
      areaSquareMeters(toFence(small)) / (96e-10 * 111_195.08 ** 2 * Math.cos((60.00005 * Math.PI) / 180)),
    ).toBeCloseTo(1, 4);
  });
});

function randomBox(random: Random, [x, y]: Position): BoundingBox {
  const size = logUniform(random, 1e-4, 20);
  const south = clampLatitude(y - size * random());
  return [wrap(x - size * random()), south, wrap(x + size * random()), clampLatitude(y + size * random())];
}

function pointIn(random: Random, [west, south, east, north]: BoundingBox): Position {
  const width = east < west ? east - west + 360 : east - west;
  return [wrap(west + width * random()), south + (north - south) * random()];
}

describe('geometryIntersectsBox', { timeout: 60_000 }, () => {
  it('is true for a box around any point of a fence, and agrees with points of the box', () => {
    const random = seededRandom(302);
    for (const fence of nastyFences(random, 240)) {
      const near =
        fence.type === 'Circle'
          ? fence.center
          : (fence.coordinates.flat(fence.type === 'Polygon' ? 1 : 2)[0] as Position);
      for (let i = 0; i < 10; i++) {
        const box = randomBox(random, travel(near, 7 * random(), logUniform(random, 1, 1e6)));
        const hit = Array.from({ length: 20 }, () => pointIn(random, box)).some(([x, y]) =>
          geometryContains(fence, y, x),
        );
        if (hit) expect(geometryIntersectsBox(fence, box)).toBe(true);
      }
      expect(geometryIntersectsBox(fence, [near[0], near[1], near[0], near[1]])).toBe(true);
    }
  });

  const fence = normalizeGeometry({ type: 'Polygon', coordinates: [square(0, 0, 9), square(3, 3, 3)] });
  const cases: [name: string, fence: Geometry, box: BoundingBox, expected: boolean][] = [
    ['a box inside', fence, [1, 1, 2, 2], true],
    ['a box around', fence, [-5, -5, 20, 20], true],
    ['a box in the hole', fence, [4, 4, 5, 5], false],
    ['a box that touches', fence, [9, 9, 10, 10], true],
    ['a box beside', fence, [9.0000001, 0, 10, 1], false],
    ['a box the long way round', fence, [10, 0, -1, 1], false],
    ['the whole world', fence, [-180, -90, 180, 90], true],
    ['a circle near a corner', { type: 'Circle', center: [10.1, 10.1], radiusMeters: 15_000 }, [0, 0, 10, 10], false],
    ['a circle over a side', { type: 'Circle', center: [10.1, 5], radiusMeters: 15_000 }, [0, 0, 10, 10], true],
    [
      'a circle over the pole',
      { type: 'Circle', center: [0, 89.9], radiusMeters: 20_000 },
      [170, 89.95, -170, 90],
      true,
    ],
    ['a circle across ±180', { type: 'Circle', center: [179.9, 0], radiusMeters: 20_000 }, [-180, -1, -170, 1], true],
  ];
  it.each(cases)('%s', (_name, geometry, box, expected) => {
    expect(geometryIntersectsBox(geometry, box)).toBe(expected);
  });
});

describe('rangesForBox', { timeout: 60_000 }, () => {
  it('holds every point within the margin, in at most 16 ranges', () => {
    const random = seededRandom(303);
    for (let i = 0; i < 60; i++) {
      const box = randomBox(random, anywhere(random));
      const margin = i % 3 === 0 ? 0 : logUniform(random, 1, 1e6);
      const ranges = rangesForBox(box, margin);
      expect(ranges.length).toBeLessThanOrEqual(16);
      for (let k = 0; k < 60; k++) {
        const [x, y] = travel(pointIn(random, box), 7 * random(), margin * random());
        const key = fineCellOf(y, x);
        expect(ranges.some(({ from, to }) => from <= key && key <= to)).toBe(true);
      }
    }
  });

  it('excludes most of what is far away', () => {
    const random = seededRandom(304);
    const box: BoundingBox = [8.4, 47.3, 8.6, 47.45];
    const ranges = rangesForBox(box, 500);
    for (let k = 0; k < 300; k++) {
      const [x, y] = travel([8.5, 47.4], 7 * random(), 60_000 + 1e6 * random());
      const key = fineCellOf(y, x);
      expect(ranges.some(({ from, to }) => from <= key && key <= to)).toBe(false);
    }
  });

  it('reads the whole world as one range', () => {
    expect(rangesForBox([-180, -90, 180, 90], 0)).toHaveLength(1);
    expect(rangesForBox([-180, 50, 180, 52], 0, 3).length).toBeLessThanOrEqual(3);
  });

  it('knows distances to boxes', () => {
    const box = toGridBox([170, -10, -170, 10]);
    expect(distanceToBoxMeters(box, 5, 179)).toBe(0);
    expect(distanceToBoxMeters(box, 20, -175)).toBeCloseTo(1_111_950, -2);
    expect(distanceToBoxMeters(box, 0, -160)).toBeCloseTo(1_111_950, -2);
  });
});
