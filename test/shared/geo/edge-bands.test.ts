import { expect, test } from 'vitest';
import { containsTest } from '../../../shared/geo/contains.ts';
import { bandsOf } from '../../../shared/geo/edge-bands.ts';
import { toGrid } from '../../../shared/geo/grid.ts';
import { edgesContain, polygonEdges } from '../../../shared/geo/polygon-edges.ts';
import { seededRandom } from './support/random.ts';

/** Polygons in bands answer as polygons do. */

const onGrid = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
const random = seededRandom(5);

/** A star around a place; with high rays, each edge reaches over most of its height. */
function star(positions: number, [x, y]: readonly [number, number], size: number, rays: number) {
  const corners = Array.from({ length: positions }, (_, i) => {
    const turn = (i / positions) * 2 * Math.PI;
    const reach = size * (i % 2 === 0 ? 1 : 1 - rays);
    return [onGrid(x + reach * Math.cos(turn)), onGrid(y + reach * Math.sin(turn))];
  });
  return { type: 'Polygon', coordinates: [[...corners, corners[0]!]] } as const;
}

test.each([
  ['round', star(2000, [10, 50], 0.05, 0.02)],
  ['spiky', star(2000, [10, 50], 0.05, 0.95)],
  ['small', star(70, [-70, -33], 1e-6, 0.3)],
  ['over the antimeridian', star(500, [179.99, 5], 0.05, 0.4)],
])('a %s one', (_, shape) => {
  const geometry = shape as unknown as Parameters<typeof polygonEdges>[0];
  const polygon = polygonEdges(geometry);
  const bands = bandsOf(polygon);
  const corners = shape.coordinates[0]!;
  const [[west, south], [east, north]] = [Math.min, Math.max].map((pick) =>
    [0, 1].map((axis) => pick(...corners.map((corner) => corner[axis]!))),
  ) as [[number, number], [number, number]];
  const contains = containsTest(geometry);
  let inside = 0;
  for (let i = 0; i < 4000; i++) {
    const [x, y] =
      i % 4 === 0
        ? corners[i % corners.length]!
        : [onGrid(west + random() * (east - west)), onGrid(south + random() * (north - south))];
    const expected = edgesContain(polygon, toGrid(x!), toGrid(y!));
    expect(edgesContain(bands(toGrid(y!)), toGrid(x!), toGrid(y!)), `${x} ${y}`).toBe(expected);
    expect(contains(y!, x!), `${x} ${y}`).toBe(expected);
    if (expected) inside += 1;
  }
  expect(inside).toBeGreaterThan(1000);
  expect(inside).toBeLessThan(4000);
});

test('bands have few edges, unless each edge reaches into all', () => {
  const round = polygonEdges(star(2000, [10, 50], 0.05, 0.02) as never);
  const middle = (round.minY + round.maxY) / 2;
  expect(bandsOf(round)(middle).edges.length).toBeLessThan(round.edges.length / 10);
  const spiky = polygonEdges(star(2000, [10, 50], 0.05, 1) as never);
  expect(bandsOf(spiky)(middle).edges.length).toBeGreaterThan(round.edges.length / 10);
});
