import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEverywhere, readBox } from '../../../shared/ogc/box.ts';

describe('bbox', () => {
  test.each([
    ['-122.6,37.6,-122.3,37.9', [-122.6, 37.6, -122.3, 37.9]],
    [' 1 , 2 , 3 , 4 ', [1, 2, 3, 4]],
    ['1,2,-50,3,4,9000', [1, 2, 3, 4]],
    ['1,2,1,2', [1, 2, 1, 2]],
    ['170,-20,-170,-10', [170, -20, -170, -10]],
    ['170,-20,190,-10', [170, -20, -170, -10]],
    ['-190,-20,-170,-10', [170, -20, -170, -10]],
    ['530,-20,550,-10', [170, -20, -170, -10]],
    ['370,0,380,1', [10, 0, 20, 1]],
    ['-180,-90,180,90', [-180, -90, 180, 90]],
    ['-170,0,190,1', [-180, 0, 180, 1]],
    ['-250.5,-85,250.5,85', [-180, -85, 180, 85]],
    ['0,-120,1,120', [0, -90, 1, 90]],
    ['170,0,540,1', [-180, 0, 180, 1]],
    ['200,0,540,1', [-160, 0, -180, 1]],
    ['1e2,0,1.1e2,1', [100, 0, 110, 1]],
  ])('%s', (text, box) => {
    expect(readBox(text)).toEqual(box);
  });

  test.each([
    ...[
      '',
      ',,,',
      '1,2,3',
      '1,2,3,4,5',
      '1,2,3,4,5,6,7',
      'a,b,c,d',
      '1,2,3,',
      '1,2,3,NaN',
      '1,2,3,Infinity',
      '1;2;3;4',
    ],
    ...['0,1,1,0', '0,0,low,1,1,high', '190,0,170,1', '190,0,-170,1', '-3601,0,0,1', '0,0,3601,1', '0,0,1e300,1'],
  ])('refuses %j', (text) => {
    expect(readBox(text)).toBeUndefined();
  });

  test('of any text is a box on the globe, or refused', () => {
    const numbers = fc.array(fc.oneof(fc.double({ min: -4000, max: 4000 }), fc.integer({ min: -720, max: 720 })), {
      minLength: 3,
      maxLength: 7,
    });
    fc.assert(
      fc.property(fc.oneof(numbers.map(String), fc.string()), (text) => {
        const [west, south, east, north] = readBox(text) ?? [0, 0, 0, 0];
        for (const longitude of [west, east]) expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
        expect(-90 <= south && south <= north && north <= 90).toBe(true);
      }),
    );
  });

  test('adding 360 degrees to both longitudes changes nothing', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max });
    fc.assert(
      fc.property(whole(-180, 179), whole(1, 359), whole(-3, 3), (west, width, turns) => {
        const at = (turn: number) => readBox([west + 360 * turn, 0, west + 360 * turn + width, 1].join());
        const [from, , to] = at(turns)!;
        const [first, , last] = at(0)!;
        const east = (longitude: number) => (longitude === 180 ? -180 : longitude);
        expect([from, east(to)]).toEqual([first, east(last)]);
      }),
    );
  });

  test('that is the whole globe is no filter', () => {
    expect(
      ['-180,-90,180,90', '-500,-95,500,90', '-180,-89,180,90', '-179,-90,180,90']
        .map(readBox)
        .map(isEverywhere as never),
    ).toEqual([...[true, true], ...[false, false]]);
  });
});
