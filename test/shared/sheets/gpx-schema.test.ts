import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gpxHead, gpxTail, tracksOf } from '../../../shared/sheets/gpx.ts';
import { runs } from '../../support/thorough.ts';
import { requireValidGpx } from './gpx-schema.ts';
import { filled, layoutOf } from './survey.ts';

/** GPX files keep the schema that their authors publish, whatever a form and its routes hold. */

const route = { id: 'way', type: 'route' };
const fileOf = (form: string, label: string, data: object) => {
  const layout = layoutOf([
    { ...route, label },
    { id: 'legs', type: 'repeat', label: 'Legs', fields: [{ ...route, id: 'leg', label }] },
  ]);
  return gpxHead(form) + [...tracksOf(form, layout, filled(data as never))].join('') + gpxTail;
};

const instants = fc.constantFrom(
  '2026-03-17T14:35:00Z',
  '2026-03-17T14:35',
  '2026-03-17t14:35:00.123456789+05:30',
  '1969-12-31T23:59:59.9-12:00',
  '0000-01-01T00:00:00+14:00',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59-14:00',
);
const perhaps = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const numbers = (min: number, max: number) =>
  fc.oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max, 0, -0, 1e-9, 5e-324));
const points = fc.record({
  latitude: numbers(-90, 90),
  longitude: numbers(-180, 180),
  timestamp: instants,
  altitude: perhaps(numbers(-1e300, 1e300)),
  speed: perhaps(fc.nat(99)),
});
const pauses = fc.record({ paused_at: instants, resumed_at: perhaps(instants) });
const routes = fc.record({
  points: fc.array(points, { minLength: 1, maxLength: 5 }),
  pauses: perhaps(fc.array(pauses, { maxLength: 3 })),
});
const names = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.constantFrom('a', ']]>', '<!-- & -->', 'שלום 🦊 e\u0301', '\ud800', '\u0000\ufffe\r\n', '"\'', '&#0;'),
);

test('a form without routes, and one whose routes are unanswered, give valid files', () => {
  requireValidGpx(gpxHead('F') + gpxTail);
  requireValidGpx(fileOf('F', 'Way', {}));
  requireValidGpx(fileOf('F', 'Way', { way: null, legs: [{}, { leg: null }] }));
});

test('the schema refuses what is no GPX', () => {
  const file = fileOf('F', 'Way', { way: { points: [{ latitude: 1, longitude: 2, altitude: 3 }] } });
  requireValidGpx(file);
  expect(() => requireValidGpx(file.replace('lat="1"', 'lat="91"'))).toThrow();
  expect(() => requireValidGpx(file.replace('lon="2"', 'lon="180"'))).toThrow();
  expect(() => requireValidGpx(file.replace('<trkseg>', '<trkseg><name>n</name>'))).toThrow();
});

test('any route of any form, in any language, gives a valid file', () => {
  fc.assert(
    fc.property(names, names, routes, fc.array(routes, { maxLength: 2 }), (form, label, way, legs) => {
      requireValidGpx(fileOf(form, `L${label}`, { way, legs: legs.map((leg) => ({ leg })) }));
    }),
    { numRuns: runs(2000) },
  );
});
