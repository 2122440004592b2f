import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Line, lineMeetsBox, lineThrough, type Position, type Positions } from '../../../shared/ogc/track-line.ts';

test('two positions are a line, fewer are none', () => {
  const line = new Line();
  expect(line.positions).toBeUndefined();
  line.add([1, 2]);
  expect(line.positions).toBeUndefined();
  const positions: Positions = [
    [1, 2],
    [3, 4],
  ];
  expect(lineThrough(positions)).toEqual({ type: 'LineString', coordinates: positions });
});

test('a line is cut where it crosses ±180, in both directions', () => {
  const there: Positions = [
    [179, 0],
    [-179, 2],
    [178, 5],
  ];
  expect(lineThrough(there)).toEqual({
    type: 'MultiLineString',
    coordinates: [
      [
        [179, 0],
        [180, 1],
      ],
      [
        [-180, 1],
        [-179, 2],
        [-180, 3],
      ],
      [
        [180, 3],
        [178, 5],
      ],
    ],
  });
});

test('a line meets a box that it ends in, crosses or touches', () => {
  const line: Position[] = [
    [0, 0],
    [10, 10],
  ];
  expect(lineMeetsBox(line, [4, 4, 6, 6])).toBe(true);
  expect(lineMeetsBox(line, [9, 9, 20, 20])).toBe(true);
  expect(lineMeetsBox(line, [10, 10, 20, 20])).toBe(true);
  expect(lineMeetsBox(line, [4, 0, 10, 3.9])).toBe(false);
  expect(lineMeetsBox([[5, 5]], [5, 5, 5, 5])).toBe(true);
  expect(lineMeetsBox([], [-180, -90, 180, 90])).toBe(false);
  const across: Position[] = [
    [179, 0],
    [-179, 0],
  ];
  expect(lineMeetsBox(across, [179.5, -1, -179.5, 1])).toBe(true);
  expect(lineMeetsBox(across, [-180, -1, -179.5, 1])).toBe(true);
  expect(lineMeetsBox(across, [-10, -1, 10, 1])).toBe(false);
});

const degrees = (most: number) => fc.integer({ min: -most * 4, max: most * 4 }).map((quarter) => quarter / 4);

test('a line meets each box along its path, and the parts of a cut line make up the path', () => {
  const position = fc.tuple(degrees(180), degrees(80));
  fc.assert(
    fc.property(position, position, fc.integer({ min: 0, max: 8 }), (from, to, eighth) => {
      const turn = to[0] - from[0] > 180 ? -360 : to[0] - from[0] < -180 ? 360 : 0;
      const share = eighth / 8;
      const x = from[0] + share * (to[0] + turn - from[0]);
      const y = from[1] + share * (to[1] - from[1]);
      const longitude = x > 180 ? x - 360 : x < -180 ? x + 360 : x;
      const box = [longitude - 1e-9, y - 1e-9, longitude + 1e-9, y + 1e-9] as const;
      expect(lineMeetsBox([from, to], box)).toBe(true);
      const line = lineThrough([from, to]);
      const parts = line.type === 'LineString' ? [line.coordinates] : line.coordinates;
      expect([parts[0]![0], parts.at(-1)!.at(-1)]).toEqual([from, to]);
      for (const part of parts) {
        for (const [i, [end]] of part.entries())
          expect(Math.abs(end - (part[i - 1]?.[0] ?? end))).toBeLessThanOrEqual(180);
      }
    }),
  );
});

test('a line of many positions is thinned evenly, and keeps its ends', () => {
  const line = new Line();
  for (let i = 0; i < 4999; i++) line.add([i, 0]);
  expect([line.isThinned, line.positions?.length]).toEqual([false, 4999]);
  for (let i = 4999; i <= 100_000; i++) line.add([i, 0]);
  const positions = line.positions!;
  expect(line.isThinned).toBe(true);
  expect(positions.length).toBeLessThanOrEqual(5000);
  expect([positions[0]![0], positions.at(-1)![0]]).toEqual([0, 100_000]);
  const steps = new Set(positions.slice(1, -1).map(([x], i) => x - positions[i]![0]));
  expect(steps.size).toBe(1);
});

test('positions on ±180 itself are the same place whatever their sign', () => {
  const along: Positions = [
    [180, 1],
    [-180, 2],
    [-179, 3],
  ];
  const [first, second] = lineThrough(along).coordinates as Position[][];
  expect(first!.every(([x, y]) => x === 180 && y === 1)).toBe(true);
  expect(second).toEqual([
    [-180, 1],
    [-180, 2],
    [-179, 3],
  ]);
});
