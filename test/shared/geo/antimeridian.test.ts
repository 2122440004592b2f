import { describe, expect, it } from 'vitest';
import { geometryContains } from '../../../shared/geo/contains.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { GeometryError } from '../../../shared/geo/geometry-error.ts';
import { measureGeometry, positionCount } from '../../../shared/geo/measure.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { MAX_POSITIONS } from '../../../shared/geo/read.ts';
import { featureGeometry } from '../../../shared/ogc/feature-geometry.ts';
import { CoverIndex } from './support/cover-index.ts';
import { starRing, wrap } from './support/globe.ts';
import { oracleOf } from './support/oracle.ts';
import { pick, type Random, seededRandom } from './support/random.ts';

/** Contract 2.2, "Antimeridian": ±180 is one meridian, whichever sign a ring uses. */

const polygon = (...coordinates: Position[][]) => ({ type: 'Polygon', coordinates });
const reasonOf = (input: unknown): string => {
  try {
    normalizeGeometry(input);
    return 'valid';
  } catch (error) {
    if (!(error instanceof GeometryError)) throw error;
    return error.reason;
  }
};

/** Taveuni and its neighbours, as maps of Fiji show them. */
const fiji: Position[] = [
  [180, -16.54],
  [179.98, -16.54],
  [179.98, -16.52],
  [-180, -16.48],
  [-179.94, -16.44],
  [-179.89, -16.43],
  [-179.92, -16.5],
  [-180, -16.54],
  [180, -16.54],
];

/** The same points, -180 for every ±180. */
const fijiWestward = fiji.map(([x, y]): Position => [x === 180 ? -180 : x, y]);

describe('a ring that writes ±180 both ways', () => {
  const rings: [name: string, ring: Position[]][] = [
    ['as given', fiji],
    ['backwards', [...fiji].reverse()],
    ['begun elsewhere', [...fiji.slice(3, -1), ...fiji.slice(0, 4)]],
    ['closed on the other side', [...fiji.slice(0, -1)]],
    ['with every position on ±180 given twice', fiji.flatMap(([x, y]) => both(x, y))],
  ];
  it.each(rings)('is read as one that writes it one way: %s', (_name, ring) => {
    const plain = normalizeGeometry(polygon(fijiWestward));
    const read = normalizeGeometry(polygon(ring));
    expect(measureGeometry(read)).toEqual(measureGeometry(plain));
    expect(normalizeGeometry(read)).toEqual(read);
    const random = seededRandom(701);
    const index = new CoverIndex([read]);
    for (let i = 0; i < 3000; i++) {
      const [x, y]: Position = [wrap(179.96 + 0.17 * random()), -16.56 + 0.15 * random()];
      const inside = geometryContains(plain, y, x);
      expect(geometryContains(read, y, x)).toBe(inside);
      expect(index.find(x, y).length).toBe(inside ? 1 : 0);
    }
  });

  it('is answered to GIS clients in two parts, none of them across ±180', () => {
    const shown = featureGeometry(normalizeGeometry(polygon(fiji)));
    expect(shown).toEqual(featureGeometry(normalizeGeometry(polygon(fijiWestward))));
    expect(shown.type).toBe('MultiPolygon');
    expect(shown.coordinates).toHaveLength(2);
  });

  it('needs a position more where it is closed on the other side, which counts', () => {
    const ring = (count: number): Position[] => {
      const angle = (i: number) => Math.PI * (0.5 + (2 * i) / (count - 1));
      const around = Array.from({ length: count }, (_, i): Position => {
        return [wrap(180 + Math.cos(angle(i))), Math.sin(angle(i))];
      });
      return [[180, 1], ...around.slice(1, -1), [-180, 1]];
    };
    expect(reasonOf(polygon(ring(MAX_POSITIONS)))).toBe('too_many_positions');
    const read = normalizeGeometry(polygon(ring(MAX_POSITIONS - 1)));
    expect(positionCount(read)).toBe(MAX_POSITIONS);
    expect(normalizeGeometry(read)).toEqual(read);
  });

  it('still goes round a pole where it does', () => {
    const cap = (last: number): Position[] => [
      [-180, 85],
      [-90, 84],
      [0, 85],
      [90, 84],
      [180, last],
      [-180, 85],
    ];
    expect(reasonOf(polygon(cap(85)))).toBe('pole');
    expect(reasonOf(polygon(cap(85).map(([x, y]): Position => [x, -y])))).toBe('pole');
    // At another latitude the last edge is as wide as the map, and leaves the pole outside.
    expect(reasonOf(polygon(cap(85.5)))).toBe('valid');
  });
});

/** Both ways of writing a position on ±180, the given one first and last. */
function both(x: number, y: number): Position[] {
  if (Math.abs(x) !== 180) return [[x, y]];
  return [
    [x, y],
    [-x, y],
    [x, y],
  ];
}

/**
 * A star across ±180, some of whose corners are on it, and the same star with those corners written with the other
 * sign.
 */
function twins(random: Random): [plain: Geometry, odd: Geometry] | undefined {
  const count = 5 + Math.floor(8 * random());
  const star = starRing([179.99 + 0.01 * random(), 60 * random()], count, () => 0.01 + 0.05 * random()).slice(0, -1);
  let last = false;
  const plain = star.map(([x, y]): Position => {
    last = !last && random() < 0.3;
    return last ? [pick(random, [180, -180]), y] : [x, y];
  });
  if (Math.abs(plain[0]![0]) === 180 && Math.abs(plain.at(-1)![0]) === 180) return undefined;
  const odd = plain.flatMap(([x, y]) =>
    random() < 0.5 ? both(x, y).slice(0, 1 + Math.floor(3 * random())) : [[x, y] as Position],
  );
  try {
    const closed = (ring: Position[]) => normalizeGeometry(polygon([...ring, ring[0]!]));
    return [closed(plain), closed(odd)];
  } catch (error) {
    if (error instanceof GeometryError && error.reason === 'self_intersection') return undefined;
    throw error;
  }
}

describe('stars over ±180', () => {
  it('hold the same points however they write it, by index and by integers', () => {
    const random = seededRandom(702);
    let compared = 0;
    for (let i = 0; i < 400; i++) {
      const pair = twins(random);
      if (!pair) continue;
      compared += 1;
      const [plain, odd] = pair;
      expect(measureGeometry(odd)).toEqual(measureGeometry(plain));
      const index = new CoverIndex([odd]);
      const contains = oracleOf(plain);
      const { latitude, longitude } = measureGeometry(plain);
      for (let k = 0; k < 100; k++) {
        const x = random() < 0.2 ? pick(random, [180, -180]) : wrap(longitude + 0.2 * (random() - 0.5));
        const y = latitude + 0.12 * (random() - 0.5);
        const inside = contains(x, y);
        expect(oracleOf(odd)(x, y)).toBe(inside);
        expect(geometryContains(odd, y, x)).toBe(inside);
        expect(index.find(x, y)).toEqual(inside ? [0] : []);
      }
    }
    expect(compared).toBeGreaterThan(200);
  });
});
