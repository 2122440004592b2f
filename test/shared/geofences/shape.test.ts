import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedShape, type GivenShape, readShape, sameGeometry, wholeShape } from '../../../shared/geofences/shape.ts';
import type { Problem } from '../../../shared/problems/problem.ts';

/** Contract 2.2: one way in, and updates. */

const ring = [
  [10, 50],
  [10.02, 50],
  [10.02, 50.01],
  [10, 50.01],
  [10, 50],
];
const polygon = { type: 'Polygon', coordinates: [ring] };
const other = { type: 'Polygon', coordinates: [ring.map(([x = 0, y = 0]) => [x + 1, y])] };
const circle = { type: 'Circle', center: [10, 50], radiusMeters: 300 };
const storedCircle = readShape(circle);
const storedPolygon = readShape(polygon);
const named = (of: { latitude: number; longitude: number; radiusMeters: number }) => ({
  latitude: of.latitude,
  longitude: of.longitude,
  radiusMeters: of.radiusMeters,
});

const refusals = (make: () => unknown): string[] => {
  try {
    make();
  } catch (error) {
    const { code, fields = [], message } = error as Problem;
    expect(code).toBe('VALIDATION_ERROR');
    return fields.length > 0 ? fields.map(({ type, loc }) => `${type} ${loc.join('.')}`) : [message];
  }
  return [];
};

describe('a new fence', () => {
  test('is a circle by its centre, of 500 m where no radius is given', () => {
    expect(wholeShape({ latitude: 50, longitude: 10 })).toEqual({
      geometry: { type: 'Circle', center: [10, 50], radiusMeters: 500 },
      latitude: 50,
      longitude: 10,
      radiusMeters: 500,
    });
    expect(wholeShape({ latitude: 50, longitude: 10, radiusMeters: 7 }).radiusMeters).toBe(7);
    expect(wholeShape({ geometry: null, latitude: 50, longitude: 10 }).radiusMeters).toBe(500);
    expect(wholeShape({ geometry: { type: 'Circle', center: [10, 50] } }).radiusMeters).toBe(500);
  });

  test('is any shape by geometry, with centroid and bounding radius', () => {
    const { latitude, longitude, radiusMeters, geometry } = wholeShape({ geometry: polygon });
    expect([latitude, longitude]).toEqual([50.005, 10.01]);
    expect(radiusMeters).toBeGreaterThan(800);
    expect(Number.isInteger(radiusMeters)).toBe(true);
    expect(geometry.type).toBe('Polygon');
  });

  test.each<[GivenShape, string[]]>([
    [{}, ['missing body.geometry', 'missing body.latitude', 'missing body.longitude']],
    [{ radiusMeters: 5 }, ['missing body.geometry', 'missing body.latitude', 'missing body.longitude']],
    [{ latitude: 1 }, ['missing body.longitude']],
    [{ longitude: 1 }, ['missing body.latitude']],
    [{ latitude: 1, longitude: 1, radiusMeters: 100_001 }, ['too_large body.radiusMeters']],
    [{ geometry: circle, latitude: 50.1 }, ['conflict body.latitude']],
    [{ geometry: circle, longitude: 1, radiusMeters: 5 }, ['conflict body.longitude', 'conflict body.radiusMeters']],
    [{ geometry: polygon, radiusMeters: 500 }, ['conflict body.radiusMeters']],
    [{ geometry: polygon, latitude: 50, longitude: 10 }, ['conflict body.latitude', 'conflict body.longitude']],
    [{ geometry: { type: 'Point', coordinates: [1, 2] } }, ['Invalid geometry format']],
    [{ geometry: 'circle' }, ['Invalid geometry format']],
    [{ geometry: [] }, ['Invalid geometry format']],
  ])('of %j is refused: %j', (given, expected) => {
    expect(refusals(() => wholeShape(given))).toEqual(expected);
  });

  test('without a place says the two ways to give one', () => {
    const nowhere = () => wholeShape({});
    const says = expect.stringContaining('send either geometry, or latitude and longitude');
    expect(nowhere).toThrow(
      expect.objectContaining({
        fields: [
          { type: 'missing', loc: ['body', 'geometry'], msg: 'Field required' },
          { type: 'missing', loc: ['body', 'latitude'], msg: says },
          { type: 'missing', loc: ['body', 'longitude'], msg: says },
        ],
      }),
    );
  });

  test('with half of a place asks for the other half', () => {
    const asks = (given: object, field: string, msg: string) =>
      expect(() => wholeShape(given)).toThrow(
        expect.objectContaining({ fields: [{ type: 'missing', loc: ['body', field], msg }] }),
      );
    asks({ latitude: 1 }, 'longitude', 'Field required with "latitude"');
    asks({ longitude: 1 }, 'latitude', 'Field required with "longitude"');
  });

  test('may say the same twice: what follows from the geometry counts as absent', () => {
    for (const geometry of [circle, polygon]) {
      const shape = wholeShape({ geometry });
      expect(wholeShape({ geometry, ...named(shape) })).toEqual(shape);
      expect(wholeShape({ geometry, latitude: shape.latitude + 1e-9 })).toEqual(shape);
    }
  });

  test('with bad geometry gets the reason', () => {
    const open = { type: 'Polygon', coordinates: [ring.slice(0, 4)] };
    expect(() => wholeShape({ geometry: open })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ reason: 'ring_not_closed' }) }),
    );
  });
});

describe('a partial update', () => {
  const update = (given: GivenShape, stored = storedCircle) => changedShape(given, stored);

  test('without a word about the shape leaves it', () => {
    expect(update({})).toBe(storedCircle);
    expect(update({}, storedPolygon)).toBe(storedPolygon);
  });

  test.each<[GivenShape, object]>([
    [{ latitude: 51 }, { latitude: 51, longitude: 10, radiusMeters: 300 }],
    [{ longitude: 11 }, { latitude: 50, longitude: 11, radiusMeters: 300 }],
    [{ radiusMeters: 5 }, { latitude: 50, longitude: 10, radiusMeters: 5 }],
    [
      { latitude: 51, radiusMeters: 5 },
      { latitude: 51, longitude: 10, radiusMeters: 5 },
    ],
  ])('of a circle takes any of its fields alone: %j', (given, expected) => {
    expect(update(given)).toMatchObject({ ...expected, geometry: { type: 'Circle' } });
  });

  test('makes a polygon a circle by both coordinates, of the radius given or 500 m', () => {
    expect(update({ latitude: 1, longitude: 2 }, storedPolygon)).toMatchObject({
      geometry: { type: 'Circle', center: [2, 1], radiusMeters: 500 },
    });
    expect(update({ latitude: 1, longitude: 2, radiusMeters: 7 }, storedPolygon).radiusMeters).toBe(7);
  });

  test('makes a polygon a circle about its own centre by a radius of its own', () => {
    const { latitude, longitude, radiusMeters } = storedPolygon;
    expect(update({ latitude, longitude, radiusMeters: 300 }, storedPolygon).geometry).toEqual({
      type: 'Circle',
      center: [longitude, latitude],
      radiusMeters: 300,
    });
    expect(update({ latitude, longitude: 2 }, storedPolygon).radiusMeters).toBe(500);
    expect(update({ latitude, longitude }, storedPolygon)).toBe(storedPolygon);
    expect(update({ latitude, longitude, radiusMeters }, storedPolygon)).toBe(storedPolygon);
  });

  test.each<[GivenShape, string[]]>([
    [{ latitude: 1 }, ['conflict body.latitude']],
    [{ longitude: 1 }, ['conflict body.longitude']],
    [{ radiusMeters: 1 }, ['conflict body.radiusMeters']],
    [{ latitude: 1, radiusMeters: 1 }, ['conflict body.latitude', 'conflict body.radiusMeters']],
  ])('of a polygon by %j is refused', (given, expected) => {
    expect(refusals(() => update(given, storedPolygon))).toEqual(expected);
  });

  test('by geometry replaces the shape whatever it was', () => {
    for (const stored of [storedCircle, storedPolygon]) {
      for (const geometry of [circle, polygon, other]) {
        expect(sameGeometry(update({ geometry }, stored).geometry, readShape(geometry).geometry)).toBe(true);
      }
    }
  });

  test('by geometry beside other fields is refused, unless they say the same or what is stored', () => {
    expect(refusals(() => update({ geometry: other, latitude: 3 }, storedPolygon))).toEqual(['conflict body.latitude']);
    expect(update({ geometry: other, ...named(storedPolygon) }, storedPolygon).longitude).toBe(11.01);
    expect(update({ geometry: other, ...named(readShape(other)) }, storedPolygon).longitude).toBe(11.01);
  });

  test('of an object that was read, with one named field of a circle changed, changes that', () => {
    const read = { geometry: storedCircle.geometry, ...named(storedCircle) };
    expect(update({ ...read, radiusMeters: 5 })).toMatchObject({ radiusMeters: 5, latitude: 50 });
    expect(wholeShape({ ...read, latitude: 51 }, storedCircle)).toMatchObject({ latitude: 51, radiusMeters: 300 });
  });

  test('cannot clear the shape', () => {
    expect(refusals(() => update({ geometry: null }))).toEqual(['type_error body.geometry']);
  });
});

test('a shape that was read can be sent back unchanged, as a whole or in part', () => {
  const degrees = (most: number) => fc.integer({ min: -most * 1e7, max: most * 1e7 }).map((n) => n / 1e7);
  const circles = fc.record({
    type: fc.constant('Circle'),
    center: fc.tuple(degrees(180), degrees(89)),
    radiusMeters: fc.integer({ min: 1, max: 100_000 }),
  });
  const boxes = fc.tuple(degrees(170), degrees(80), degrees(9), degrees(9)).map(([x, y, w, h]) => {
    const [right, top] = [x + Math.abs(w) + 0.001, y + Math.abs(h) + 0.001];
    return {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [right, y],
          [right, top],
          [x, top],
          [x, y],
        ],
      ],
    };
  });
  fc.assert(
    fc.property(fc.oneof(circles, boxes), (geometry) => {
      const stored = readShape(geometry);
      const read = JSON.parse(JSON.stringify({ geometry: stored.geometry, ...named(stored) })) as GivenShape;
      for (const again of [
        changedShape(read, stored),
        wholeShape(read, stored),
        changedShape({ ...read, geometry: undefined }, stored),
        wholeShape({ ...read, geometry: undefined }, stored),
      ]) {
        expect(sameGeometry(again.geometry, stored.geometry)).toBe(true);
      }
    }),
  );
});

describe('a polygon that was read and sent back changed', () => {
  const read = { geometry: storedPolygon.geometry, ...named(storedPolygon) };

  test.each([
    ['patched', changedShape],
    ['replaced', wholeShape],
  ])('becomes a circle where its centre moved, when %s', (_, apply) => {
    const moved = { ...read, latitude: 51, longitude: 11, radiusMeters: 900 };
    const { geometry } = apply(moved, storedPolygon);
    expect(geometry).toEqual({ type: 'Circle', center: [11, 51], radiusMeters: 900 });
  });

  test.each([
    ['patched', changedShape],
    ['replaced', wholeShape],
  ])('becomes a circle about its own centre where its radius differs, when %s', (_, apply) => {
    const { geometry } = apply({ ...read, radiusMeters: 7 }, storedPolygon);
    expect(geometry).toEqual({ type: 'Circle', center: [10.01, 50.005], radiusMeters: 7 });
  });
});
