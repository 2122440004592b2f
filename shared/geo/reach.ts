import { centerOf } from './cell-center.ts';
import { children, ROOTS } from './cell-number.ts';
import { faceCosine } from './face-projection.ts';
import { toGrid } from './grid.ts';
import { SLACK_METERS } from './near-edges.ts';
import { distanceMeters, toVector } from './sphere.ts';

/**
 * How far the resolution-15 descendants of a cell reach from its centre: `REACH_KILOMETERS · 7^(-resolution / 2) · cos
 * θ`, where θ is the angle from the centre to the nearest face centre of H3's icosahedron (the gnomonic projection
 * makes cells smaller towards the corners of a face). The farthest descendants measured lie at 1470.5 km at resolution
 * 0, 1461.7 km at 1 and 1453.4 km from 2 on; the rest is slack. A cell does not contain all of its descendants, so its
 * own corners give no such bound.
 */
export const REACH_KILOMETERS = 1485;

/** The finest resolution for which the bound holds: its cells must still be much larger than those of resolution 15. */
const MAX_RESOLUTION = 10;

/** A cell, its centre on the 1e-7 grid, and the radius in metres of a disc that contains all of its descendants. */
export interface CellDisc {
  cell: number;
  resolution: number;
  x: number;
  y: number;
  latitude: number;
  longitude: number;
  reachMeters: number;
}

const REACH_METERS = Array.from({ length: 16 }, (_, r) => REACH_KILOMETERS * 1000 * 7 ** (-r / 2));
/** The most, in metres, by which rounding the centre to the grid can lengthen the reach. */
const ROUNDING_METERS = 0.01;

export function discOf(cell: number, resolution: number): CellDisc {
  if (resolution > MAX_RESOLUTION) throw new RangeError(`No reach is known at resolution ${resolution}`);
  const [exactLatitude, exactLongitude] = centerOf(cell, resolution);
  const x = toGrid(exactLongitude);
  const y = toGrid(exactLatitude);
  const reachMeters = REACH_METERS[resolution]! * faceCosine(toVector(exactLatitude, exactLongitude)) + ROUNDING_METERS;
  return { cell, resolution, x, y, latitude: y / 1e7, longitude: x / 1e7, reachMeters };
}

const ROOT_DISCS = ROOTS.map((root) => discOf(root, 0));

/**
 * For each resolution from 0 to the given one, the cells with descendants within a disc. The list may contain a few
 * more cells, but never misses one.
 */
export function cellsAround(
  { latitude, longitude, radiusMeters }: { latitude: number; longitude: number; radiusMeters: number },
  finest: number,
): number[][] {
  const meets = (disc: CellDisc) =>
    distanceMeters(latitude, longitude, disc.latitude, disc.longitude) <=
    disc.reachMeters + radiusMeters + SLACK_METERS;
  const levels = [ROOT_DISCS.filter(meets)];
  for (let resolution = 1; resolution <= finest; resolution++) {
    const above = levels[resolution - 1]!;
    const below = above.flatMap(({ cell }) => children(cell, resolution - 1).map((child) => discOf(child, resolution)));
    levels.push(below.filter(meets));
  }
  return levels.map((discs) => discs.map(({ cell }) => cell));
}
