import { cellToBoundary, cellToLatLng, getPentagons, gridRing, latLngToCell } from 'h3-js';
import type { Geometry, Position } from '../../../../shared/geo/geometry.ts';
import { GeometryError } from '../../../../shared/geo/geometry-error.ts';
import { normalizeGeometry } from '../../../../shared/geo/normalize.ts';
import { roundDegrees } from '../../../../shared/geo/sphere.ts';
import { anywhere, clampLatitude, coastRing, starRing, wrap } from './globe.ts';
import { logUniform, pick, type Random } from './random.ts';

type Maker = (random: Random, center: Position, degrees: number) => unknown;

const polygon = (...coordinates: Position[][]) => ({ type: 'Polygon', coordinates });
const multiPolygon = (...coordinates: Position[][][]) => ({ type: 'MultiPolygon', coordinates });
const circle = (center: Position, degrees: number) => {
  const radiusMeters = Math.max(1, Math.min(100_000, Math.round(degrees * 111_000)));
  return { type: 'Circle', center, radiusMeters };
};
const box = (x: number, y: number, width: number, height: number): Position[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
  [x, y],
];

/** Centres of the twelve pentagons of every resolution, where the hexagons of H3 are irregular. */
export const PENTAGON_CENTERS = Array.from({ length: 16 }, (_, resolution) => getPentagons(resolution))
  .flat()
  .map((cell): Position => cellToLatLng(cell).reverse() as Position);

const ragged = (random: Random, low: number, degrees: number) => () => degrees * (low + (1 - low) * random());

function circleByPole(random: Random, [longitude]: Position, degrees: number) {
  return circle([longitude, clampLatitude(pick(random, [1, -1]) * (90 - logUniform(random, 1e-5, 10)))], degrees);
}

function withHole(random: Random, center: Position, degrees: number) {
  const outer = starRing(center, 12, ragged(random, 0.8, degrees));
  return polygon(outer, starRing(center, 7, ragged(random, 0.35, 0.4 * degrees)));
}

function touchingHoles(_random: Random, [x, y]: Position, degrees: number) {
  const d = Math.min(degrees, 2);
  const diamond = (left: number): Position[] => [
    [left, y],
    [left + d, y + d],
    [left + 2 * d, y],
    [left + d, y - d],
    [left, y],
  ];
  return polygon(box(x, y - 2 * d, 4 * d, 4 * d), diamond(x), diamond(x + 2 * d));
}

function archipelago(random: Random, [x, y]: Position, degrees: number) {
  const island = (i: number): Position => [wrap(x + 2.3 * degrees * i), clampLatitude(y + 2.3 * degrees * i, 80)];
  return multiPolygon(
    ...[0, 1, 2].map((i) => [
      starRing(island(i), 9, ragged(random, 0.7, degrees)),
      starRing(island(i), 5, () => 0.3 * degrees),
    ]),
  );
}

function acrossAntimeridian(random: Random, [, y]: Position, degrees: number) {
  const size = Math.max(degrees, 1e-4);
  return polygon(starRing([180 - size * random(), y], 10, ragged(random, 0.35, size)));
}

function cutAtAntimeridian(_random: Random, [, y]: Position, degrees: number) {
  const size = Math.max(degrees, 1e-4);
  return multiPolygon([box(180 - size, y, size, size)], [box(-180, y, size, size)]);
}

/** A polar cap written with edges along ±180 and the pole; larger than fences may be, so it is only rounded. */
function polarCap(random: Random): Geometry {
  const north = pick(random, [1, -1]);
  const base = north * (89.9 - random() * 25);
  const count = 4 + Math.floor(random() * 30);
  const rim = Array.from({ length: count + 1 }, (_, i): Position => {
    const dent = i % 2 === 1 && i < count ? north * 0.7 * random() : 0;
    return [roundDegrees(-180 + (360 * i) / count), roundDegrees(base - dent)];
  });
  const ring: Position[] = [...rim, [180, north * 90], [-180, north * 90], rim[0]!];
  return { type: 'Polygon', coordinates: [north > 0 ? ring : ring.reverse()] };
}

function h3Hexagon(random: Random, [x, y]: Position) {
  const boundary = cellToBoundary(latLngToCell(y, x, Math.floor(random() * 12)), true) as Position[];
  return polygon(boundary.map(([lng, lat]): Position => [wrap(lng), lat]));
}

function h3Centers(random: Random, [x, y]: Position) {
  const ring = gridRing(latLngToCell(y, x, 3 + Math.floor(random() * 9)), 1);
  const centers = ring.map((cell) => cellToLatLng(cell).reverse() as Position);
  centers.sort((a, b) => Math.atan2(a[1] - y, a[0] - x) - Math.atan2(b[1] - y, b[0] - x));
  return polygon([...centers, centers[0]!]);
}

function sliver(random: Random, [x, y]: Position, degrees: number) {
  const length = Math.max(0.05, degrees);
  const width = 1e-5 * random() + 2e-7;
  const angle = random() * 2 * Math.PI;
  const [dx, dy] = [length * Math.cos(angle), length * Math.sin(angle)];
  const ring: Position[] = [
    [x - dx, y - dy],
    [x + dx, y + dy],
    [x + dx + width, y + dy + width],
    [x - dx + width, y - dy + width],
  ];
  return polygon([...ring, ring[0]!].map(([lng, lat]): Position => [wrap(lng), clampLatitude(lat)]));
}

function comb(random: Random, [x, y]: Position, degrees: number) {
  const teeth = 10 + Math.floor(random() * 200);
  const lean = (random() - 0.5) * degrees;
  const ring = Array.from({ length: 2 * teeth }, (_, i): Position => {
    const tip = i % 2 === 1;
    return [wrap(x + (degrees * i) / teeth + (tip ? lean : 0)), clampLatitude(y + (tip ? degrees : 0))];
  });
  ring.push([wrap(x + 2.2 * degrees), clampLatitude(y - degrees / 10)], [wrap(x), clampLatitude(y - degrees / 10)]);
  return polygon([...ring, ring[0]!]);
}

/** Edges and corners exactly at the centre of a cell of the cover's finest resolution, in every direction. */
function throughCellCenter(random: Random, [longitude, latitude]: Position) {
  const [lat, lng] = cellToLatLng(latLngToCell(latitude, longitude, 10));
  const [x, y] = [Math.round(lng * 1e7), Math.round(lat * 1e7)];
  const step = () => Math.floor(logUniform(random, 1, 1e5)) * pick(random, [0, 1, -1]);
  const [dx, dy] = pick(random, [
    [step(), step() || 1],
    [step() || 1, 0],
    [0, step() || 1],
  ]);
  const back = pick(random, [0, 1, 2]);
  const corners = [
    [x - back * dx!, y - back * dy!],
    [x + dx!, y + dy!],
    [x + dx! - 7 * dy!, y + dy! + 7 * dx!],
  ];
  return polygon([...corners, corners[0]!].map(([a, b]): Position => [wrap(a! / 1e7), b! / 1e7]));
}

const MAKERS: Maker[] = [
  throughCellCenter,
  (_random, center, degrees) => circle(center, degrees),
  (random, [, y], degrees) => circle([wrap(180 + (random() - 0.5) * 1e-3), y], degrees),
  circleByPole,
  (random, _center, degrees) => circle(pick(random, PENTAGON_CENTERS), degrees),
  (random, center, degrees) => polygon(starRing(center, 3 + Math.floor(random() * 12), ragged(random, 0.35, degrees))),
  (random, _center, degrees) => polygon(starRing(pick(random, PENTAGON_CENTERS), 9, ragged(random, 0.5, degrees))),
  withHole,
  touchingHoles,
  archipelago,
  acrossAntimeridian,
  cutAtAntimeridian,
  polarCap,
  (random, center, degrees) =>
    polygon(coastRing(random, center, Math.max(degrees, 0.01), 200 + Math.floor(random() * 1500))),
  h3Hexagon,
  h3Centers,
  sliver,
  comb,
  (random, [x], degrees) =>
    polygon(starRing([x, pick(random, [1, -1]) * (89.9 - 3 * random())], 8, () => Math.min(0.09, degrees))),
];

/**
 * Fences that are chosen to break an index: see the functions above. Circles of 1 m to 100 km, polygons up to some
 * 1,500 km.
 */
export function nastyFences(random: Random, count: number): Geometry[] {
  const fences: Geometry[] = [];
  while (fences.length < count) {
    const make = MAKERS[fences.length % MAKERS.length]!;
    const [longitude, latitude] = anywhere(random);
    const degrees = logUniform(random, 1e-5, 8);
    const made = make(random, [longitude, clampLatitude(latitude, 80)], degrees);
    if (make === polarCap) fences.push(made as Geometry);
    else {
      try {
        fences.push(normalizeGeometry(made));
      } catch (error) {
        if (!(error instanceof GeometryError)) throw error;
      }
    }
  }
  return fences;
}
