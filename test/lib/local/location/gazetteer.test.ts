import { describe, expect, test } from 'vitest';
import { countryCodes } from '../../../../lib/local/location/country-codes.ts';
import { countries, regions, streets, towns } from '../../../../lib/local/location/gazetteer.ts';
import { distanceMeters } from '../../../../shared/geo/sphere.ts';

describe('the gazetteer', () => {
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
