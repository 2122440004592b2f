import { cellToBoundary, cellToLatLng, getPentagons, isValidCell, latLngToCell } from 'h3-js';
import { centerOf } from '../../../../shared/geo/cell-center.ts';
import { FINEST_RESOLUTION, fromH3, toH3 } from '../../../../shared/geo/cell-number.ts';
import { type Cell, toCell } from '../../../../shared/geo/cells.ts';
import { fineCellNumber } from '../../../../shared/geo/fine-cell.ts';
import { distanceMeters, RADIANS, toVector, type Vector } from '../../../../shared/geo/sphere.ts';
import { anywhere, travel } from './globe.ts';
import { logUniform, pick, type Random } from './random.ts';

/** The key of a cell that H3 names. */
export function cellFromH3(h3: string): Cell {
  if (!isValidCell(h3)) throw new RangeError(`"${h3}" is not an H3 cell`);
  const { cell, resolution } = fromH3(h3);
  return toCell(cell, resolution);
}

export function centerInH3(cell: number, resolution: number): LatLng {
  return cellToLatLng(toH3(cell, resolution));
}

type LatLng = [latitude: number, longitude: number];

/** The corners of H3's icosahedron are the centres of its pentagons; its edges join those that are near. */
const corners = getPentagons(0).map((cell) => toVector(...cellToLatLng(cell)));
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const edges = corners.flatMap((a, i) => corners.slice(0, i).flatMap((b) => (dot(a, b) > 0.4 ? [[a, b] as const] : [])));
const faces = edges.flatMap(([a, b], i) =>
  edges.slice(0, i).flatMap(([c, d]) => {
    const third = c === a || c === b ? d : d === a || d === b ? c : undefined;
    return third && dot(third, a) > 0.4 && dot(third, b) > 0.4 ? [[a, b, third] as const] : [];
  }),
);

const toLatLng = ([x, y, z]: Vector): LatLng => [Math.atan2(z, Math.hypot(x, y)) / RADIANS, Math.atan2(y, x) / RADIANS];
const between = (a: Vector, b: Vector, share: number): Vector =>
  [0, 1, 2].map((k) => a[k]! + share * (b[k]! - a[k]!)) as Vector;
const sum = (...vectors: readonly Vector[]): Vector =>
  [0, 1, 2].map((k) => vectors.reduce((s, v) => s + v[k]!, 0)) as Vector;

/** The same point, or one that is a nanometre to a hundred metres away; sometimes on the grid of all coordinates. */
function nudged(random: Random, [latitude, longitude]: LatLng): LatLng {
  const kind = random();
  if (kind < 0.2) return [latitude, longitude];
  const [x, y] = travel([longitude, latitude], 7 * random(), logUniform(random, 1e-9, 100));
  return kind < 0.6 ? [y, x] : [Math.round(y * 1e7) / 1e7, Math.round(x * 1e7) / 1e7];
}

const places: ((random: Random) => LatLng)[] = [
  (random) => toLatLng(between(...pick(random, edges), random())),
  (random) => toLatLng(sum(...pick(random, faces))),
  (random) => toLatLng(pick(random, corners)),
  (random) => [anywhere(random)[1], pick(random, [180, -180])],
  (random) => [pick(random, [90, -90, 0]), pick(random, [0, 90, 180, -180, anywhere(random)[0]])],
  (random) => cellToLatLng(randomCell(random)),
  (random) => pick(random, cellToBoundary(randomCell(random))),
  (random) => {
    const ring = cellToBoundary(randomCell(random)).map(([lat, lng]) => toVector(lat, lng));
    return toLatLng(sum(ring[0]!, ring[1]!));
  },
];

function randomCell(random: Random): string {
  const [longitude, latitude] = anywhere(random);
  if (random() < 0.8) return latLngToCell(latitude, longitude, Math.floor(16 * random()));
  const pentagon = cellToLatLng(pick(random, getPentagons(Math.floor(16 * random()))));
  const [x, y] = travel([pentagon[1], pentagon[0]], 7 * random(), logUniform(random, 0.1, 1e6));
  return latLngToCell(y, x, Math.floor(16 * random()));
}

/**
 * Points at which our finest cell differs from H3's. Half of the tested points are spread over the globe, half are at
 * the seams of the grid, which are edges and corners of the icosahedron, of cells and of the map.
 */
export function unlikeH3(random: Random, count: number): unknown[] {
  const unlike: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const [longitude, latitude] = anywhere(random);
    const point: LatLng = i % 2 === 0 ? [latitude, longitude] : nudged(random, pick(random, places)(random));
    const ours = toH3(fineCellNumber(...point), FINEST_RESOLUTION);
    const theirs = latLngToCell(...point, FINEST_RESOLUTION);
    if (ours !== theirs) unlike.push({ point, ours, theirs });
  }
  return unlike;
}

/** The rounding error of both; a thousandth of the grid to which centres are rounded. */
const CLOSE_METERS = 1e-5;

/** Cells whose centre differs from H3's. The tested cells are anywhere, and many are around the pentagons. */
export function centersUnlikeH3(random: Random, count: number): unknown[] {
  const unlike: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const h3 = randomCell(random);
    const { cell, resolution } = fromH3(h3);
    const ours = centerOf(cell, resolution);
    const theirs = cellToLatLng(h3);
    if (!(distanceMeters(...ours, ...theirs) < CLOSE_METERS)) unlike.push({ h3, ours, theirs });
  }
  return unlike;
}
