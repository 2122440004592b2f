import type { Geometry, Position } from '../../../../shared/geo/geometry.ts';
import { GeometryError } from '../../../../shared/geo/geometry-error.ts';
import { normalizeGeometry } from '../../../../shared/geo/normalize.ts';
import { MAX_POSITIONS } from '../../../../shared/geo/read.ts';
import { clampLatitude, coastRing, starRing, wrap } from './globe.ts';
import type { Random } from './random.ts';

/**
 * Geometries with the most positions, holes and polygons that are accepted, in the unit square: realistic coastlines,
 * and outlines whose edges meet in as many cells as possible.
 */

type Outline = Position[][][];

const closed = (ring: Position[]): Position[] => [...ring, ring[0]!];
const middle: Position = [0.5, 0.5];

/** As many teeth as possible from side to side of a box. */
function comb(width: number, height: number, lean: number): Position[] {
  const teeth = MAX_POSITIONS / 2 - 2;
  const ring = Array.from({ length: 2 * teeth }, (_, i): Position => {
    const isTip = i % 2 === 1;
    return [(width * i) / (2 * teeth) + (isTip ? lean : 0), isTip ? height : 0];
  });
  ring.push([width + lean, -height / 10], [0, -height / 10]);
  return closed(ring);
}

function holes(count: number): Outline {
  const side = Math.ceil(Math.sqrt(count));
  const at = (i: number): Position => [((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side];
  const corners = Math.floor((MAX_POSITIONS - 5) / count) - 1;
  const rings = Array.from({ length: count }, (_, i) => starRing(at(i), corners, () => 0.3 / side));
  return [[closed([[0, 0], [1, 0], [1, 1], [0, 1]]), ...rings]]; // biome-ignore format: one square
}

function islands(random: Random, count: number): Outline {
  const side = Math.ceil(Math.sqrt(count));
  const corners = Math.floor(MAX_POSITIONS / count) - 1;
  return Array.from({ length: count }, (_, i) => {
    const center: Position = [((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side];
    return [starRing(center, corners, () => (0.1 + 0.3 * random()) / side)];
  });
}

/** Strips over the whole width, one above the other. */
function strips(count: number): Outline {
  const corners = MAX_POSITIONS / count - 1;
  return Array.from({ length: count }, (_, i) => {
    const along = (k: number, y: number): Position => [k / (corners / 2 - 1 || 1), (i + y) / count];
    const lower = Array.from({ length: Math.floor(corners / 2) }, (_, k) => along(k, 0.1));
    const upper = lower.map(([x]): Position => [x, (i + 0.6) / count]).reverse();
    return [closed([...lower, ...upper])];
  });
}

const outlines: Record<string, (random: Random) => Outline> = {
  coast: (random) => [[coastRing(random, middle, 0.4, MAX_POSITIONS - 1)]],
  comb: () => [[comb(1, 1, 0)]],
  'leaning comb': () => [[comb(0.6, 0.6, 0.4)]],
  'narrow comb': () => [[comb(0.01, 1, 0)]],
  'flat comb': () => [[comb(1, 0.01, 0).map(([x, y]): Position => [x, y + 0.5])]],
  spikes: () => [[starRing(middle, MAX_POSITIONS - 1, (_, i) => (i % 2 ? 0.5 : 0.005))]],
  'a thousand holes': () => holes(1000),
  'a thousand islands': (random) => islands(random, 1000),
  'a thousand strips': () => strips(1000),
};

export const limitKinds = Object.keys(outlines);

/** One of them, with its unit square at `origin` and the given width in degrees; undefined if that makes it invalid. */
export function limitFence(kind: string, random: Random, [x, y]: Position, degrees: number): Geometry | undefined {
  const place = ([u, v]: Position): Position => [wrap(x + u * degrees), clampLatitude(y + v * degrees)];
  const coordinates = outlines[kind]!(random).map((rings) => rings.map((ring) => ring.map(place)));
  const input = coordinates.length === 1 ? { type: 'Polygon', coordinates: coordinates[0] } : { type: 'MultiPolygon', coordinates }; // biome-ignore format: two types
  try {
    return normalizeGeometry(input);
  } catch (error) {
    // Small ones cross themselves once they are rounded to the grid, and very large ones are too large.
    if (error instanceof GeometryError && ['self_intersection', 'too_large', 'empty'].includes(error.reason))
      return undefined;
    throw error;
  }
}
