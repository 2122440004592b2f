import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countries } from '../../../shared/geocoding/countries.ts';
import { GeocodingGiven, GeocodingShown } from '../../../shared/geocoding/settings-wire.ts';
import { parsed } from '../../../shared/http/failures.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import {
  type GeocodingRecord,
  geocodingDefaults,
  geocodingOf,
  precisions,
} from '../../../shared/tenancy/geocoding-settings.ts';

const read = (given: unknown) => parsed(GeocodingGiven, 'body', given) as GeocodingRecord;
/** The places and types of the failures. */
function failures(given: unknown): readonly (readonly [string, string])[] {
  try {
    read(given);
    return [];
  } catch (error) {
    return ((error as Problem).fields ?? []).map(({ loc, type }) => [loc.slice(1).join('.'), type]);
  }
}

describe('geocoding settings', () => {
  test('that are left out have their defaults, one by one or all of them', () => {
    expect(read(null)).toEqual(geocodingDefaults);
    expect(read({})).toEqual(geocodingDefaults);
    expect(read({ language: 'de' })).toEqual({ ...geocodingDefaults, language: 'de' });
    expect(read({ bias: null, language: null })).toEqual(geocodingDefaults);
  });

  test('are stored in the form in which they are shown, and read back unchanged', () => {
    const settings = fc.record(
      {
        bias: fc.option(
          fc.record({
            latitude: fc.double({ min: -90, max: 90, noNaN: true }),
            longitude: fc.double({ min: -180, max: 180, noNaN: true }),
          }),
        ),
        countries: fc.array(fc.constantFrom(...countries), { maxLength: 100 }),
        language: fc.option(fc.constantFrom('en', 'pt-br', 'ZH-hant', 'es-419')),
        min_precision: fc.constantFrom(...precisions),
        min_confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, (given) => {
        const kept = read(given);
        expect(GeocodingShown.parse(kept)).toEqual(kept);
        expect(read(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
        expect(new Set(kept.countries)).toEqual(new Set(given.countries ?? []));
      }),
    );
  });

  test('are rounded to the precision that is stored and compared', () => {
    const bias = { latitude: 40.123456789, longitude: -1e-200 };
    expect(read({ bias, min_confidence: 0.123456 })).toMatchObject({
      bias: { latitude: 40.1234568, longitude: 0 },
      min_confidence: 0.1235,
    });
  });

  test('name countries once and languages in their canonical letter case', () => {
    expect(read({ countries: ['USA', 'ESP', 'USA'], language: 'PT-br' })).toMatchObject({
      countries: ['USA', 'ESP'],
      language: 'pt-BR',
    });
  });

  test.each([
    [{ biass: null }, 'biass', 'unknown_field'],
    [{ bias: { latitude: 1, longitude: 2, radius: 3 } }, 'bias.radius', 'unknown_field'],
    [{ bias: { latitude: 1 } }, 'bias.longitude', 'missing'],
    [{ bias: { latitude: 90.1, longitude: 0 } }, 'bias.latitude', 'too_large'],
    [{ bias: [1, 2] }, 'bias', 'type_error'],
    [{ countries: ['US'] }, 'countries.0', 'format'],
    [{ countries: ['USA', 'usa'] }, 'countries.1', 'format'],
    [{ countries: ['XXX'] }, 'countries.0', 'format'],
    [{ countries: [...countries].slice(0, 101) }, 'countries', 'too_long'],
    [{ countries: null }, 'countries', 'type_error'],
    [{ language: 'english please' }, 'language', 'format'],
    [{ language: 'e' }, 'language', 'too_short'],
    [{ language: `en-${'x'.repeat(40)}` }, 'language', 'too_long'],
    [{ min_precision: 'house' }, 'min_precision', 'enum'],
    [{ min_precision: null }, 'min_precision', 'enum'],
    [{ min_confidence: 1.1 }, 'min_confidence', 'too_large'],
    [{ min_confidence: -0.1 }, 'min_confidence', 'too_small'],
    [{ min_confidence: '1' }, 'min_confidence', 'type_error'],
    ['USA', '', 'type_error'],
  ])('%j is refused', (given, field, type) => {
    expect(failures(given)).toEqual([[field, type]]);
  });
});

test('a workspace has the settings that it set, or the defaults', () => {
  const defaults = { bias: null, countries: [], language: null, minPrecision: 'street', minConfidence: 0.7 };
  expect(geocodingOf({})).toEqual(defaults);
  const bias = { latitude: 1, longitude: 2 };
  const geocoding = {
    bias,
    countries: ['ESP'],
    language: 'es',
    min_precision: 'address',
    min_confidence: 0.9,
  } as const;
  expect(geocodingOf({ geocoding })).toEqual({
    bias,
    countries: ['ESP'],
    language: 'es',
    minPrecision: 'address',
    minConfidence: 0.9,
  });
});

test('there are 249 countries', () => {
  expect(countries.size).toBe(249);
  expect([...countries].filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
});
