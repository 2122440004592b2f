import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countries, regions, streets, towns } from '../../../../lib/local/location/gazetteer.ts';
import { placeOf } from '../../../../lib/local/location/place.ts';
import { search } from '../../../../lib/local/location/search.ts';
import { distanceMeters } from '../../../../shared/geo/sphere.ts';
import { countries as countryCodes } from '../../../../shared/geocoding/countries.ts';

describe('the gazetteer', () => {
  test('finds every address of its own by its label', () => {
    const addresses = streets.flatMap((street) =>
      street.stretches.flatMap((stretch) =>
        [stretch.first, stretch.last].map((number) =>
          placeOf({ kind: 'address', street, stretch, number: `${number}`, relevance: 1 }),
        ),
      ),
    );
    const found = addresses.map(({ Label }) => search({ text: Label, limit: 1 })[0]);
    expect(found).toEqual(addresses.map((Place) => ({ Place, Relevance: 1 })));
  });

  test('finds every town and country by its label', () => {
    const places = [
      ...towns.map((town) => placeOf({ kind: 'town', town, relevance: 1 })),
      ...countries.map((country) => placeOf({ kind: 'country', country, relevance: 1 })),
    ];
    const found = places.map(({ Label }) => search({ text: Label, limit: 1 })[0]?.Place.Label);
    expect(found).toEqual(places.map(({ Label }) => Label));
  });

  test('has an answer to any text', () => {
    const words = fc.constantFrom(
      '1',
      '94105',
      'Main',
      'St',
      'de',
      'CA',
      'Paris',
      'Berlin',
      'Straße',
      ',',
      '#',
      'New York',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.array(words, { maxLength: 30 }).map((some) => some.join(' ')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const relevances = search({ text: any, limit: 50 }).map(({ Relevance }) => Relevance);
        expect(relevances.every((relevance) => relevance > 0 && relevance <= 1)).toBe(true);
        expect(relevances).toEqual(relevances.toSorted((a, b) => b - a));
      }),
      { numRuns: 300 },
    );
  });

  test('has some hundred streets and towns', () => {
    expect(streets.length + towns.length).toBeGreaterThan(200);
  });

  test('has towns in regions that it knows, and countries that exist', () => {
    expect(towns.filter(({ region }) => !regions.includes(region)).map(({ row }) => row.name)).toEqual([]);
    expect(countries.filter(({ row }) => !countryCodes.has(row.code)).map(({ row }) => row.code)).toEqual([]);
  });

  test('has streets in the towns that they are of', () => {
    const far = streets.filter(({ town, stretches }) => {
      const [longitude, latitude] = town.row.at;
      const ends = stretches.flatMap(({ from, to }) => [from, to]);
      return ends.some(([lng, lat]) => distanceMeters(latitude, longitude, lat, lng) > 15_000);
    });
    expect(far.map(({ name, town }) => `${name}, ${town.row.name}`)).toEqual([]);
  });

  test('has house numbers that lie at one place of a street, a metre to 80 from the next', () => {
    const wrong = streets.filter(({ stretches }) =>
      stretches.some(({ first, last, from, to }, i) => {
        const sharesNumbers = stretches.some((other, j) => j < i && other.first <= last && other.last >= first);
        const step = distanceMeters(from[1], from[0], to[1], to[0]) / Math.max(last - first, 1);
        return sharesNumbers || last < first || (last > first && (step < 0.4 || step > 80));
      }),
    );
    expect(wrong.map(({ name, town }) => `${name}, ${town.row.name}`)).toEqual([]);
  });
});
