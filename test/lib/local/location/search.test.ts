import { describe, expect, test } from 'vitest';
import type { Search } from '../../../../lib/local/location/search.ts';
import { search } from '../../../../lib/local/location/search.ts';
import { distanceMeters } from '../../../../shared/geo/sphere.ts';

const find = (text: string, options: Partial<Search> = {}) => search({ limit: 50, ...options, text });
const labels = (text: string, options: Partial<Search> = {}) => find(text, options).map(({ Place }) => Place.Label);

describe('an address', () => {
  test.each([
    ['123 Main St, San Francisco, CA', '123 Main St, San Francisco, CA, 94105, USA'],
    ['456 Market St, San Francisco, CA', '456 Market St, San Francisco, CA, 94105, USA'],
    ['789 Mission St, San Francisco, CA', '789 Mission St, San Francisco, CA, 94103, USA'],
    ['1 Infinite Loop, Cupertino, CA', '1 Infinite Loop, Cupertino, CA, 95014, USA'],
    ['1 Apple Park Way, Cupertino, CA', '1 Apple Park Way, Cupertino, CA, 95014, USA'],
    ['1 infinite loop cupertino california 95014 united states', '1 Infinite Loop, Cupertino, CA, 95014, USA'],
    ['  123 MAIN STREET ; San Francisco, California 94105-1804. U.S.A.', '123 Main St, San Francisco, CA, 94105, USA'],
    ['123 Main St Suite 500, SF, CA', '123 Main St, San Francisco, CA, 94105, USA'],
    ['123 Main St, Springfield, IL 62702', '123 Main St, Springfield, IL, 62702, USA'],
    ['350 Fifth Avenue, New York, NY', '350 5th Ave, New York, NY, 10118, USA'],
    ['221b Baker St, London NW1', '221B Baker Street, London, England, NW1 6XE, GBR'],
    ['10 Downing Street, London SW1A2AA, UK', '10 Downing Street, London, England, SW1A 2AA, GBR'],
    ["1 O'Connell St., Dublin", "1 O'Connell Street, Dublin, Leinster, D01 F5P2, IRL"],
    ['Friedrichstr. 43, 10969 Berlin', 'Friedrichstraße 43, 10969, Berlin, DEU'],
    ['43 Friedrich Strasse, Berlin, Germany', 'Friedrichstraße 43, 10969, Berlin, DEU'],
    ['Leopoldstraße 10, Muenchen', 'Leopoldstraße 10, 80802, München, Bayern, DEU'],
    ['Prinsengracht 263, 1016 GV Amsterdam', 'Prinsengracht 263, 1016 GV, Amsterdam, Noord-Holland, NLD'],
    ['50 rue Rivoli, 75004 Paris', '50 Rue de Rivoli, Paris, Île-de-France, 75004, FRA'],
    ['56 R. du Faubourg St-Honore, Paris', '56 Rue du Faubourg Saint-Honoré, Paris, Île-de-France, 75008, FRA'],
    ['C/ Mayor, 12, 28013 Madrid', 'Calle Mayor 12, 28013, Madrid, Comunidad de Madrid, ESP'],
    ['Via dei Condotti 10, Rome', 'Via dei Condotti 10, 00187, Roma, Lazio, ITA'],
    ['Av. Paulista, 1578, São Paulo - SP, 01310-100', 'Avenida Paulista 1578, 01310-100, São Paulo, SP, BRA'],
    ['200 George St, Sydney NSW 2000', '200 George Street, Sydney, NSW, 2000, AUS'],
    ['100 Queen Street West, Toronto, Ontario', '100 Queen St W, Toronto, ON, M5H 2N2, CAN'],
  ])('%s', (text, label) => {
    const [first, ...others] = find(text);
    expect(first).toMatchObject({ Relevance: expect.closeTo(1, 1), Place: { Categories: ['AddressType'] } });
    expect(first!.Place.Label).toBe(label);
    expect(others).toEqual([]);
  });

  test('has every field that Esri fills', () => {
    expect(find('123 Main St, San Francisco, CA')).toEqual([
      {
        Relevance: 1,
        Place: {
          Label: '123 Main St, San Francisco, CA, 94105, USA',
          Geometry: { Point: [expect.closeTo(-122.395, 3), expect.closeTo(37.791, 3)] },
          AddressNumber: '123',
          Street: 'Main St',
          Municipality: 'San Francisco',
          SubRegion: 'San Francisco County',
          Region: 'California',
          Country: 'USA',
          PostalCode: '94105',
          Interpolated: true,
          Categories: ['AddressType'],
        },
      },
    ]);
  });

  test('that the gazetteer lists is not interpolated', () => {
    const [found] = find('1 Infinite Loop, Cupertino');
    expect(found!.Place).toMatchObject({ Interpolated: false, Geometry: { Point: [-122.0312, 37.3318] } });
  });

  test.each([
    ['Market St', 1.5],
    ['Mission St', 1.2],
  ])('every number from 1 to 999 of %s is some way from the one before', (street, leastMeters) => {
    const points = Array.from({ length: 999 }, (_, i) => {
      const [found] = find(`${i + 1} ${street}, San Francisco, CA`);
      expect(found!.Place.AddressNumber).toBe(`${i + 1}`);
      return found!.Place.Geometry.Point;
    });
    const steps = points.slice(1).map(([lng, lat], i) => distanceMeters(points[i]![1], points[i]![0], lat, lng));
    expect(Math.min(...steps)).toBeGreaterThan(leastMeters);
    expect(Math.max(...steps)).toBeLessThan(5);
  });
});

describe('what is less than an address', () => {
  test.each([
    ['Main St, San Francisco', 'StreetType', 'Main St, San Francisco, CA, 94105, USA'],
    ['Market St, San Francisco', 'StreetType', 'Market St, San Francisco, CA, USA'],
    ['94105', 'PostalCodeType', 'San Francisco, CA, 94105, USA'],
    ['SW1A 2AA', 'PostalCodeType', 'London, England, SW1A 2AA, GBR'],
    ['San Francisco, California', 'MunicipalityType', 'San Francisco, CA, USA'],
    ['New York, New York', 'MunicipalityType', 'New York, NY, USA'],
    ['Munich', 'MunicipalityType', 'München, Bayern, DEU'],
    ['Vancouver, Canada', 'MunicipalityType', 'Vancouver, BC, CAN'],
    ['California', 'RegionType', 'California, USA'],
    ['Bavaria, Germany', 'RegionType', 'Bayern, DEU'],
    ['España', 'CountryType', 'España'],
  ])('%s is a %s', (text, category, label) => {
    const found = find(text);
    expect(found).toMatchObject([{ Relevance: 1, Place: { Label: label, Categories: [category] } }]);
    expect(found[0]!.Place).not.toHaveProperty('AddressNumber');
    expect(found[0]!.Place).not.toHaveProperty('Interpolated');
  });

  test('a number outside the street is its middle, less surely', () => {
    const [street] = find('Main St, San Francisco, CA');
    expect(find('99999 Main St, San Francisco, CA')).toEqual([{ ...street, Relevance: 0.8 }]);
  });

  test.each([
    '12 Unknown St, San Francisco, CA',
    '12 Some Long Street That Nobody Knows, San Francisco, CA',
    '12 Paris Ave, San Francisco, CA',
  ])('%s is only its town', (text) => {
    const [found, ...others] = find(text);
    expect(found!.Place.Label).toBe('San Francisco, CA, USA');
    expect(found!.Relevance).toBeLessThan(0.8);
    expect(others).toEqual([]);
  });

  test.each(['', ',', '12', 'qwertyuiop', '123 Nowhere Rd, Atlantis', 'Main St, Atlantis', '住所'])(
    '%j is nothing',
    (text) => {
      expect(find(text)).toEqual([]);
    },
  );

  test('a town in another region is nothing', () => {
    expect(find('123 Main St, San Francisco, OR')).toEqual([]);
  });
});

describe('misspelled', () => {
  test.each([
    ['Markt St, San Francisco', 'Market St, San Francisco, CA, USA'],
    ['123 Mian St, San Francisco', '123 Main St, San Francisco, CA, 94105, USA'],
    ['1 Infinite Lop, Cupertio, CA', '1 Infinite Loop, Cupertino, CA, 95014, USA'],
    ['Cupertio', 'Cupertino, CA, USA'],
    ['San Fransisco', 'San Francisco, CA, USA'],
    ['1 Market, San Francisco', '1 Market St, San Francisco, CA, 94105, USA'],
    ['100 Michigan Ave, Chicago', '100 N Michigan Ave, Chicago, IL, 60601, USA'],
  ])('%s is found, less surely', (text, label) => {
    const [found] = find(text);
    expect(found!.Place.Label).toBe(label);
    expect(found!.Relevance).toBeLessThan(1);
    expect(found!.Relevance).toBeGreaterThanOrEqual(0.85);
  });

  test('another number is in another street', () => {
    expect(labels('500 15th St, Denver')).toEqual(['Denver, CO, USA']);
    expect(labels('100 6th Ave, San Diego')).toEqual(['San Diego, CA, USA']);
  });

  test('a wrong postcode lowers the relevance', () => {
    const [found] = find('123 Main St, San Francisco, CA 99999');
    expect(found).toMatchObject({ Relevance: expect.closeTo(0.8, 1), Place: { PostalCode: '94105' } });
  });
});

describe('several places', () => {
  test('suit equally well', () => {
    const found = find('200 Main St, Springfield').filter(({ Relevance }) => Relevance === 1);
    expect(found.map(({ Place }) => Place.Label.split(', ')[2])).toEqual(['OR', 'MO', 'IL']);
    expect(find('Main St, Springfield').map(({ Relevance }) => Relevance)).toEqual([1, 1, 1, 1, 0.97]);
  });

  test('come by distance when they suit equally well', () => {
    const found = find('Main St, Springfield', { near: [-89.65, 39.8] });
    expect(found.map(({ Place }) => Place.Label.split(', ')[2])).toEqual(['IL', 'MO', 'MA', 'OR', 'OH']);
    expect(found[0]!.Distance).toBeCloseTo(distanceMeters(39.8, -89.65, 39.80875, -89.66205), 3);
    expect(found[4]!.Relevance).toBeLessThan(found[3]!.Relevance);
  });

  test('are as many as asked for', () => {
    expect(find('Main St').length).toBeGreaterThan(8);
    expect(find('Main St', { limit: 3 })).toEqual(find('Main St').slice(0, 3));
  });

  test('can be filtered by country, category and box', () => {
    expect(labels('Vancouver', { countries: ['CAN'] })).toEqual(['Vancouver, BC, CAN']);
    expect(labels('Vancouver', { countries: ['CAN', 'USA'] })).toHaveLength(2);
    expect(labels('Vancouver', { categories: ['AddressType'] })).toEqual([]);
    expect(labels('Main St', { box: [-123, 37, -122, 38] })).toEqual(['Main St, San Francisco, CA, 94105, USA']);
    expect(labels('Queen Street', { box: [170, -50, -170, 0] })).toEqual(['Queen Street, Auckland, 1010, NZL']);
  });

  test('are the same each time', () => {
    expect(find('100 Main St')).toEqual(find('100 Main St'));
  });
});
