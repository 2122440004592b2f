import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoxUnion, discBox } from '../../../shared/geo/disc-box.ts';
import { FULL_TURN, HALF_TURN, QUARTER_TURN, toGrid } from '../../../shared/geo/grid.ts';
import { clampLatitude, travel } from './support/globe.ts';

describe('the box of a disc', () => {
  const longitude = fc.double({ min: -180, max: 180, noNaN: true });
  const latitude = fc.double({ min: -89.9, max: 89.9, noNaN: true });
  const bearing = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });

  test('holds every point of it, and touches it on each side', () => {
    fc.assert(
      fc.property(longitude, latitude, fc.integer({ min: 1, max: 2_000_000 }), bearing, (lng, lat, meters, at) => {
        const [x, y] = [toGrid(lng), toGrid(lat)];
        const box = discBox(x, y, meters);
        const [pointLng, pointLat] = travel([x / 1e7, y / 1e7], at, meters * 0.999_999);
        const eastward = (((toGrid(pointLng) - box.west) % FULL_TURN) + FULL_TURN) % FULL_TURN;
        expect(eastward).toBeLessThanOrEqual(box.east - box.west + 1);
        expect(toGrid(pointLat)).toBeGreaterThanOrEqual(box.south - 1);
        expect(toGrid(pointLat)).toBeLessThanOrEqual(box.north + 1);
        const north = Math.min(
          QUARTER_TURN,
          toGrid(clampLatitude(lat + (meters / 6371008.7714) * (180 / Math.PI), 90)),
        );
        expect(Math.abs(box.north - north)).toBeLessThan(3);
      }),
    );
  });

  test('that holds a pole has all longitudes', () => {
    const { west, east, north } = discBox(0, QUARTER_TURN - 1000, 1000);
    expect([east - west, north]).toEqual([FULL_TURN, QUARTER_TURN]);
  });
});

describe('a union of boxes', () => {
  const unionOf = (...boxes: [number, number, number, number][]) => {
    const union = new BoxUnion();
    for (const [west, south, east, north] of boxes) union.add({ west, south, east, north });
    return union.box && Object.values(union.box);
  };

  test('is undefined without discs, and otherwise contains them all', () => {
    expect(unionOf()).toBeUndefined();
    expect(unionOf([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(unionOf([1, 2, 3, 4], [-5, 0, 2, 3])).toEqual([-5, 0, 3, 4]);
  });

  test('with one across ±180 has all longitudes', () => {
    const all = [-HALF_TURN, 0, HALF_TURN, 9];
    expect(unionOf([1, 0, 2, 9], [HALF_TURN - 1, 1, HALF_TURN + 1, 2])).toEqual(all);
    expect(unionOf([1, 0, 2, 9], [-HALF_TURN - 1, 1, -HALF_TURN + 1, 2])).toEqual(all);
  });
});
