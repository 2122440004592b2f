import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../../shared/geo/geometry.ts';
import { GeometryError } from '../../../shared/geo/geometry-error.ts';
import { measureGeometry, positionCount } from '../../../shared/geo/measure.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { distanceMeters, roundDegrees } from '../../../shared/geo/sphere.ts';
import { starRing } from './support/globe.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { seededRandom } from './support/random.ts';

const polygon = (...coordinates: unknown[]) => ({ type: 'Polygon', coordinates });
const multiPolygon = (...coordinates: unknown[]) => ({ type: 'MultiPolygon', coordinates });
const square = (x: number, y: number, size: number): Position[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
const circleRing = (count: number): Position[] => starRing([0, 0], count - 1, () => 5);

/** A spiky ring whose long edges are close to each other, the worst case for pairwise tests. */
function comb(teeth: number, lean: number): Position[] {
  const ring = Array.from({ length: 2 * teeth }, (_, i): Position => [i * 1e-3 + (i % 2) * lean, (i % 2) * 10]);
  ring.push([lean + 3 * teeth * 1e-3, -1], [0, -1]);
  return [...ring, ring[0]!];
}

function reasonOf(input: unknown): string {
  try {
    normalizeGeometry(input);
    return 'valid';
  } catch (error) {
    if (!(error instanceof GeometryError)) throw error;
    return error.reason;
  }
}

describe('normalizeGeometry refuses', () => {
  const bowTie = [
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1],
    [0, 0],
  ];
  const cases: [name: string, input: unknown, reason: string][] = [
    ['nothing', undefined, 'type'],
    ['an array', [], 'type'],
    ['a point', { type: 'Point', coordinates: [0, 0] }, 'type'],
    ['a feature', { type: 'Feature', geometry: polygon(square(0, 0, 1)) }, 'type'],
    ['an unknown member of a circle', { type: 'Circle', center: [0, 0], radius: 5 }, 'type'],
    ['coordinates on a circle', { type: 'Circle', center: [0, 0], coordinates: [] }, 'coordinates'],
    ['a circle without center', { type: 'Circle' }, 'coordinates'],
    ['a center beyond the globe', { type: 'Circle', center: [181, 0] }, 'coordinates'],
    ['a radius of zero', { type: 'Circle', center: [0, 0], radiusMeters: 0 }, 'coordinates'],
    ['a broken radius', { type: 'Circle', center: [0, 0], radiusMeters: 1.5 }, 'coordinates'],
    ['a radius of text', { type: 'Circle', center: [0, 0], radiusMeters: '5' }, 'coordinates'],
    ['a radius of NaN', { type: 'Circle', center: [0, 0], radiusMeters: Number.NaN }, 'coordinates'],
    ['a radius above the limit', { type: 'Circle', center: [0, 0], radiusMeters: 100_001 }, 'too_large'],
    ['no coordinates', { type: 'Polygon' }, 'coordinates'],
    ['coordinates of text', { type: 'Polygon', coordinates: 'abc' }, 'coordinates'],
    ['rings of text', polygon('abc'), 'coordinates'],
    ['positions of text', polygon(['a', 'b', 'c', 'a']), 'coordinates'],
    ['positions of one number', polygon([[0], [1], [2], [0]]), 'coordinates'],
    ['positions of five numbers', polygon(square(0, 0, 1).map((p) => [...p, 0, 0, 0])), 'coordinates'],
    ['a height of text', polygon(square(0, 0, 1).map((p) => [...p, '0'])), 'coordinates'],
    ['holes in arrays', polygon([new Array(2), [1, 0], [1, 1], new Array(2)]), 'coordinates'],
    [
      'NaN',
      polygon([
        [0, 0],
        [1, 0],
        [Number.NaN, 1],
        [0, 0],
      ]),
      'coordinates',
    ],
    [
      'infinity',
      polygon([
        [0, 0],
        [1, 0],
        [1, Number.POSITIVE_INFINITY],
        [0, 0],
      ]),
      'coordinates',
    ],
    [
      'swapped axes',
      polygon([
        [10, 120],
        [11, 120],
        [11, 121],
        [10, 120],
      ]),
      'coordinates',
    ],
    [
      'three positions',
      polygon([
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
      'coordinates',
    ],
    ['an open ring', polygon(square(0, 0, 1).slice(0, 4)), 'ring_not_closed'],
    ['no ring', polygon(), 'empty'],
    ['an empty ring', polygon([]), 'empty'],
    ['no polygon', multiPolygon(), 'empty'],
    ['a polygon without rings', multiPolygon([]), 'empty'],
    [
      'a ring of one point',
      polygon([
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
      'empty',
    ],
    [
      'a ring along a line',
      polygon([
        [0, 0],
        [1, 1],
        [3, 3],
        [0, 0],
      ]),
      'empty',
    ],
    [
      'a ring that rounding flattens',
      polygon([
        [0, 0],
        [1, 0],
        [0.5, 1e-9],
        [0, 0],
      ]),
      'empty',
    ],
    ['a bow-tie', polygon(bowTie), 'self_intersection'],
    ['a bow-tie as hole', polygon(square(-1, -1, 5), bowTie), 'self_intersection'],
    [
      'a spike',
      polygon([
        [0, 0],
        [2, 0],
        [3, 0],
        [2, 0],
        [2, 2],
        [0, 0],
      ]),
      'self_intersection',
    ],
    [
      'a ring touching itself',
      polygon([
        [0, 0],
        [2, 0],
        [1, 1],
        [2, 2],
        [0, 2],
        [1, 1],
        [0, 0],
      ]),
      'self_intersection',
    ],
    [
      'a vertex on an own edge',
      polygon([
        [0, 0],
        [4, 0],
        [4, 4],
        [2, 0],
        [0, 4],
        [0, 0],
      ]),
      'self_intersection',
    ],
    ['a ring run twice', polygon([...square(0, 0, 1), ...square(0, 0, 1).slice(1)]), 'self_intersection'],
    ['a hole outside', polygon(square(0, 0, 1), square(5, 5, 1)), 'hole_outside'],
    ['a hole across the edge', polygon(square(0, 0, 4), square(3, 3, 2)), 'hole_outside'],
    ['a hole along the edge', polygon(square(0, 0, 4), square(0, 1, 1)), 'hole_outside'],
    ['a hole around', polygon(square(0, 0, 1), square(-1, -1, 3)), 'hole_outside'],
    ['a hole like the outer ring', polygon(square(0, 0, 1), square(0, 0, 1)), 'hole_outside'],
    ['a hole in a hole', polygon(square(0, 0, 9), square(1, 1, 5), square(2, 2, 1)), 'hole_outside'],
    [
      'a hole in the wrong polygon',
      multiPolygon([square(0, 0, 4)], [square(9, 0, 4), square(1, 1, 1)]),
      'hole_outside',
    ],
    ['crossing holes', polygon(square(0, 0, 9), square(1, 1, 3), square(2, 2, 3)), 'hole_outside'],
    ['overlapping polygons', multiPolygon([square(0, 0, 2)], [square(1, 1, 2)]), 'self_intersection'],
    ['a polygon in another', multiPolygon([square(0, 0, 4)], [square(1, 1, 1)]), 'self_intersection'],
    ['polygons that share an edge', multiPolygon([square(0, 0, 1)], [square(1, 0, 1)]), 'self_intersection'],
    ['a polygon given twice', multiPolygon([square(0, 0, 1)], [square(0, 0, 1)]), 'self_intersection'],
    [
      'polygons overlapping across ±180',
      multiPolygon(
        [
          [
            [179, 0],
            [-179, 0],
            [-179, 1],
            [179, 1],
            [179, 0],
          ],
        ],
        [square(-180, 0, 0.5)],
      ),
      'self_intersection',
    ],
    ['10,001 positions', polygon(circleRing(10_001)), 'too_many_positions'],
    ['10,001 positions over rings', polygon(circleRing(9996), square(0, 0, 1)), 'too_many_positions'],
    [
      '1,001 holes',
      polygon(square(0, 0, 20), ...Array.from({ length: 1001 }, (_, i) => square(0.01 + i / 60, 1, 0.005))),
      'too_many_positions',
    ],
    [
      '1,001 polygons',
      multiPolygon(...Array.from({ length: 1001 }, (_, i) => [square(i / 60, 1, 0.005)])),
      'too_many_positions',
    ],
    ['ten million positions', polygon(new Array(1e7).fill([0, 0])), 'too_many_positions'],
    ['too wide a box', polygon(square(0, 0, 40)), 'too_large'],
    [
      'a ring round the pole',
      polygon([
        [0, 80],
        [120, 80],
        [-120, 80],
        [0, 80],
      ]),
      'pole',
    ],
    [
      'a cap cut elsewhere than at ±180',
      polygon([
        [0, 85],
        [120, 85],
        [-120, 85],
        [0, 85],
        [0, 90],
        [-120, 90],
        [120, 90],
        [0, 90],
        [0, 85],
      ]),
      'pole',
    ],
  ];
  it.each(cases)('%s', (_name, input, reason) => {
    expect(reasonOf(input)).toBe(reason);
  });

  it('deep nesting', () => {
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    expect(reasonOf({ type: 'Polygon', coordinates: deep })).toBe('coordinates');
    expect(reasonOf({ type: deep })).toBe('type');
  });

  it('with a hint at swapped axes and at wrapped longitudes', () => {
    expect(() => normalizeGeometry({ type: 'Circle', center: [37.77, -122.42] })).toThrow(/swapped/);
    expect(() => normalizeGeometry({ type: 'Circle', center: [190, 10] })).toThrow(/Write -170/);
  });

  const ring = square(0, 0, 1);
  const misnested: [name: string, input: unknown, says: RegExp][] = [
    [
      'a ring as a polygon',
      polygon(...ring),
      /nested 3 arrays deep.*These are nested 2 deep; add one pair of brackets\.$/,
    ],
    ['a position as a polygon', polygon(0, 0), /1 deep; add 2 pairs/],
    [
      'a multipolygon as a polygon',
      polygon([ring]),
      /4 deep; take away one pair of brackets, or send the type MultiPoly/,
    ],
    ['a polygon as a multipolygon', multiPolygon(ring), /3 deep; add one pair of brackets, or send the type Polygon/],
    ['coordinates of a number', { type: 'Polygon', coordinates: 7 }, /nested 0 deep; add 3 pairs/],
    ['a position too deep', polygon([ring[0], [ring[1]], ...ring.slice(2)]), /^Position 2 of ring 1 .* too deep/],
    ['a position too flat', polygon([ring[0], 5, ...ring.slice(2)]), /^Position 2 of ring 1 .* it is a single number/],
    ['a position by names', polygon([{ lat: 1, lng: 2 }]), /must be \[longitude, latitude\].* it is an object/],
    ['numbers as text', polygon([['0', '1']]), /coordinate 1 is text/],
    ['null', polygon([[0, null]]), /coordinate 2 is null/],
    ['one number', polygon([[3]]), /it has 1\.$/],
    ['five numbers', polygon([[1, 2, 3, 4, 5]]), /it has 5/],
    ['a center too deep', { type: 'Circle', center: [[0, 0]] }, /^center must be .* too deep/],
    ['metres of a projection', polygon([[1_362_000, 5_700_000]]), /degrees \(WGS 84\), not metres/],
  ];
  it.each(misnested)('%s and says how it should be', (_name, input, says) => {
    expect(reasonOf(input)).toBe('coordinates');
    expect(() => normalizeGeometry(input)).toThrow(says);
  });

  it('anything at all without crashing', () => {
    const numbers = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double(), fc.constant('1'));
    const nested = fc.letrec((tie) => ({ tree: fc.oneof(numbers, fc.array(tie('tree'), { maxLength: 6 })) })).tree;
    const types = fc.constantFrom('Circle', 'Polygon', 'MultiPolygon', 'Line');
    const input = fc.oneof(
      fc.anything(),
      fc.record(
        { type: types, coordinates: nested, center: nested, radiusMeters: numbers },
        { requiredKeys: ['type'] },
      ),
    );
    fc.assert(
      fc.property(input, (value) => typeof reasonOf(value) === 'string'),
      { numRuns: 500 },
    );
  });
});

describe('normalizeGeometry accepts', { timeout: 60_000 }, () => {
  it('a circle, with 500 m by default', () => {
    const circle = { type: 'Circle', center: [-122.41940004, 37.77490006] };
    expect(normalizeGeometry(circle)).toEqual({ type: 'Circle', center: [-122.4194, 37.7749001], radiusMeters: 500 });
  });

  it('either winding, and answers the right-hand rule', () => {
    const outer = square(0, 0, 4);
    const hole = square(1, 1, 1);
    const expected = { type: 'Polygon', coordinates: [outer, [...hole].reverse()] };
    expect(normalizeGeometry(polygon([...outer].reverse(), hole))).toEqual(expected);
    expect(normalizeGeometry(polygon(outer, [...hole].reverse()))).toEqual(expected);
  });

  it('a bbox and foreign members, which it drops', () => {
    const more = { bbox: [0, 0, 1, 1], crs: { type: 'name' }, center: [5, 5], properties: {}, name: 'x' };
    for (const geometry of [polygon(square(0, 0, 1)), multiPolygon([square(0, 0, 1)])]) {
      expect(normalizeGeometry({ ...geometry, ...more })).toStrictEqual(geometry);
    }
  });

  it('heights, measures and repeated positions, which it drops, and -0', () => {
    const ring = [
      [-0, 0, 7],
      [-0, 0, 7, 8],
      [1, 0],
      [1, 1e-9],
      [1, 1],
      [0, 1],
      [0, 0],
    ];
    expect(normalizeGeometry(polygon(ring))).toStrictEqual(polygon(square(0, 0, 1)));
  });

  const diamond = (x: number, y: number) => [
    [x, y],
    [x + 1, y - 1],
    [x + 2, y],
    [x + 1, y + 1],
    [x, y],
  ];
  const cases: [name: string, input: unknown][] = [
    ['a hole that touches the outer ring', polygon(square(0, 0, 4), diamond(0, 2))],
    ['a hole whose vertex lies on an edge of another hole', polygon(square(0, 0, 9), square(1, 1, 2), diamond(3, 2))],
    ['holes that touch each other and both sides', polygon(square(0, 0, 4), diamond(0, 2), diamond(2, 2))],
    ['polygons that touch at a corner', multiPolygon([square(0, 0, 1)], [square(1, 1, 1)])],
    ['an island in a hole', multiPolygon([square(0, 0, 9), square(1, 1, 5)], [square(2, 2, 2)])],
    ['polygons cut at the antimeridian', multiPolygon([square(179, 0, 1)], [square(-180, 0, 1)])],
    [
      'a polygon across the antimeridian with a hole',
      polygon(
        [
          [170, 0],
          [-170, 0],
          [-170, 9],
          [170, 9],
          [170, 0],
        ],
        square(-175, 2, 2),
      ),
    ],
    [
      'a polar cap cut at the antimeridian',
      polygon([
        [-180, 85],
        [0, 84],
        [180, 85],
        [180, 90],
        [-180, 90],
        [-180, 85],
      ]),
    ],
    ['10,000 positions', polygon(circleRing(10_000))],
    ['a comb of 9,999 positions', polygon(comb(4998, 0))],
    ['a leaning comb', polygon(comb(4998, 9))],
    [
      '1,000 holes',
      polygon(square(0, 0, 20), ...Array.from({ length: 1000 }, (_, i) => square(0.01 + i / 60, 1, 0.005))),
    ],
    ['1,000 polygons', multiPolygon(...Array.from({ length: 1000 }, (_, i) => [square(i / 60, 1, 0.005)]))],
  ];
  it.each(cases)('%s', (_name, input) => {
    expect(reasonOf(input)).toBe('valid');
  });

  it('its own results unchanged', () => {
    for (const fence of nastyFences(seededRandom(3), 360)) {
      if (reasonOf(fence) !== 'valid') continue;
      const once = normalizeGeometry(fence);
      expect(normalizeGeometry(once)).toEqual(once);
    }
  });

  it('a ring from any start, in either direction, alike in measure', () => {
    const ring = starRing([179.9, 60], 40, (_, i) => (i % 2 ? 1 : 3)).slice(0, -1);
    const expected = measureGeometry(normalizeGeometry(polygon([...ring, ring[0]])));
    fc.assert(
      fc.property(fc.nat({ max: 39 }), fc.boolean(), (start, reverse) => {
        const turned = [...ring.slice(start), ...ring.slice(0, start)];
        if (reverse) turned.reverse();
        const measure = measureGeometry(normalizeGeometry(polygon([...turned, turned[0]])));
        expect(Math.abs(measure.latitude - expected.latitude)).toBeLessThan(1.5e-7);
        expect(Math.abs(measure.longitude - expected.longitude)).toBeLessThan(1.5e-7);
      }),
    );
  });
});

describe('measureGeometry', () => {
  it('weighs by area and subtracts holes', () => {
    const { latitude, longitude } = measureGeometry(normalizeGeometry(polygon(square(0, 0, 4), square(1, 1, 1))));
    expect([longitude, latitude]).toEqual([roundDegrees(30.5 / 15), roundDegrees(30.5 / 15)]);
  });

  it('keeps the centre of a fence cut at, or lying across, the antimeridian in its middle', () => {
    const cut = measureGeometry(normalizeGeometry(multiPolygon([square(178, 0, 2)], [square(-180, 0, 2)])));
    const across = measureGeometry(
      normalizeGeometry(
        polygon([
          [178, 0],
          [-178, 0],
          [-178, 2],
          [178, 2],
          [178, 0],
        ]),
      ),
    );
    expect(Math.abs(cut.longitude)).toBe(180);
    expect(cut).toEqual(across);
    expect(cut.radiusMeters).toBe(Math.ceil(distanceMeters(1, 180, 0, 178)));
  });

  it('counts positions with closing ones', () => {
    expect(positionCount(normalizeGeometry(polygon(square(0, 0, 4), square(1, 1, 1))))).toBe(10);
    expect(positionCount(normalizeGeometry({ type: 'Circle', center: [0, 0] }))).toBe(1);
  });
});
