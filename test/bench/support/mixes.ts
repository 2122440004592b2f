import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { GeometryError } from '../../../shared/geo/geometry-error.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { anywhere, clampLatitude, coastRing, starRing, wrap } from '../../shared/geo/support/globe.ts';
import { limitFence, limitKinds } from '../../shared/geo/support/limit-fences.ts';
import { gaussian, logUniform, type Random, seededRandom } from '../../shared/geo/support/random.ts';

const circle = (center: Position, meters: number) => {
  return { type: 'Circle', center, radiusMeters: Math.max(1, Math.round(meters)) };
};
const polygon = (...coordinates: Position[][]) => ({ type: 'Polygon', coordinates });

/** `count` normalised geometries; an invalid one is drawn again. */
function draw(count: number, make: (i: number) => unknown): Geometry[] {
  const fences: Geometry[] = [];
  for (let i = 0; fences.length < count; i++) {
    try {
      fences.push(normalizeGeometry(make(i)));
    } catch (error) {
      if (!(error instanceof GeometryError)) throw error;
    }
  }
  return fences;
}

const scatter = (random: Random, [x, y]: Position, degrees: number): Position => [
  wrap(x + 1.25 * degrees * gaussian(random)),
  clampLatitude(y + degrees * gaussian(random), 70),
];

/**
 * 80 % circles with a median radius of 250 m, 18 % small polygons, some with a hole, and 2 % polygons with 200
 * vertices, around 2,000 towns.
 */
export function engineMix(count: number, seed = 42): Geometry[] {
  const random = seededRandom(seed);
  const towns = Array.from({ length: 2000 }, () => {
    const [longitude, latitude] = anywhere(random);
    return [longitude, clampLatitude(latitude, 65)] as Position;
  });
  return draw(count, () => {
    const center = scatter(random, towns[Math.floor(random() * random() * towns.length)]!, 0.12);
    const meters = 250 * Math.exp(0.9 * gaussian(random));
    const degrees = meters / 111_000;
    const kind = random();
    const ragged = (low: number, size: number) => () => size * (low + (1 - low) * random());
    if (kind < 0.8) return circle(center, Math.min(meters, 20_000));
    if (kind < 0.95) return polygon(starRing(center, 4 + Math.floor(10 * random()), ragged(0.35, degrees)));
    if (kind < 0.98)
      return polygon(starRing(center, 12, ragged(0.8, degrees)), starRing(center, 6, ragged(0.5, 0.4 * degrees)));
    return polygon(coastRing(random, center, 8 * degrees, 200));
  });
}

const america = (random: Random): Position => [-120 + 45 * random(), 30 + 17 * random()];

/** Stores with radii of some 40 to 200 m around 60 cities. */
export function storeMix(count: number, seed = 5): Geometry[] {
  const random = seededRandom(seed);
  const cities = Array.from({ length: 60 }, () => america(random));
  return draw(count, () => {
    const city = cities[Math.floor(random() * random() * 60)]!;
    return circle(scatter(random, city, 0.12), 40 * Math.exp(0.8 * Math.abs(gaussian(random))));
  });
}

/** ZIP areas of 100 vertices, counties of 250, states of 1,000. */
export function regionMix(scale = 1, seed = 6): Geometry[] {
  const random = seededRandom(seed);
  const region = (degrees: number, spread: number, vertices: number) => () =>
    polygon(coastRing(random, america(random), degrees * Math.exp(spread * gaussian(random)), vertices));
  return [
    ...draw(6000 * scale, region(0.07, 0.4, 100)),
    ...draw(2000 * scale, region(0.28, 0.3, 250)),
    ...draw(50 * scale, region(2.5, 0, 1000)),
  ];
}

/** Stores with radii of 50 to 200 m in one metropolis. */
export function metroMix(count: number, seed = 7): Geometry[] {
  const random = seededRandom(seed);
  return draw(count, () => circle(scatter(random, [-74, 40.7], 0.15), logUniform(random, 50, 200)));
}

/** Countries with the given number of vertices. */
export function giantMix(count: number, vertices: number, seed = 8): Geometry[] {
  const random = seededRandom(seed);
  return draw(count, () => {
    const center: Position = [-160 + 320 * random(), -40 + 90 * random()];
    return polygon(coastRing(random, center, 3 + 5 * random(), vertices - 1));
  });
}

/** Polygons of 200 vertices, some kilometres wide. */
export function districtMix(count: number, seed = 9): Geometry[] {
  const random = seededRandom(seed);
  return draw(count, () => polygon(coastRing(random, america(random), 0.07 * Math.exp(0.5 * gaussian(random)), 200)));
}

/** Shapes with the most positions, holes and polygons that are accepted, large and small. */
export function limitMix(seed = 10): Geometry[] {
  const random = seededRandom(seed);
  return limitKinds.flatMap((kind, i) =>
    [15, 1, 0.05, 0.005].flatMap((degrees, k) => {
      const place: Position = [-160 + 35 * i + (degrees < 1 ? 17 : 0), -35 + 18 * k];
      return limitFence(kind, random, place, degrees) ?? [];
    }),
  );
}
