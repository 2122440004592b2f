import { cellToChildren, cellToParent, getPentagons, getRes0Cells, gridDisk, latLngToCell } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { centerOf } from '../../../shared/geo/cell-center.ts';
import { children, fromH3, isPentagon, toH3 } from '../../../shared/geo/cell-number.ts';
import { type Cell, cellToH3, LADDER, parseCell, resolutionOf } from '../../../shared/geo/cells.ts';
import { fineCellNumber } from '../../../shared/geo/fine-cell.ts';
import { fineCellOf, ladderOf } from '../../../shared/geo/ladder.ts';
import { anywhere } from './support/globe.ts';
import { cellFromH3, centersUnlikeH3, unlikeH3 } from './support/h3.ts';
import { seededRandom } from './support/random.ts';

const random = seededRandom(17);
const points = Array.from({ length: 500 }, () => anywhere(random));

describe('a cell key', () => {
  it('stands for the H3 cell it was made from, at every resolution', () => {
    for (const [i, [longitude, latitude]] of points.entries()) {
      const h3 = latLngToCell(latitude, longitude, i % 16);
      expect(cellToH3(cellFromH3(h3))).toBe(h3);
      expect(resolutionOf(cellFromH3(h3))).toBe(i % 16);
    }
    for (const h3 of [...getRes0Cells(), ...LADDER.flatMap((r) => getPentagons(r))]) {
      expect(cellToH3(cellFromH3(h3))).toBe(h3);
    }
  });

  it('is short, plain ASCII and unlike any other', () => {
    const keys = new Set(points.flatMap(([longitude, latitude]) => ladderOf(latitude, longitude)));
    for (const key of keys) expect(key).toMatch(/^[-\w]{2,7}$/);
    expect(new Set([...keys].map(cellToH3)).size).toBe(keys.size);
  });

  it('sorts as its number at one resolution', () => {
    const fine = points.map(([longitude, latitude]) => fineCellOf(latitude, longitude));
    const byKey = [...fine].sort();
    const byNumber = [...fine].sort((a, b) => parseCell(a).number - parseCell(b).number);
    expect(byKey).toEqual(byNumber);
  });

  it('is refused when malformed', () => {
    expect(() => parseCell('' as Cell)).toThrow(RangeError);
    expect(() => parseCell('!!' as Cell)).toThrow(RangeError);
  });
});

describe('ladderOf', () => {
  it('returns the ancestors of one resolution-15 cell', () => {
    for (const [longitude, latitude] of points) {
      const fine = cellToH3(fineCellOf(latitude, longitude));
      expect(ladderOf(latitude, longitude).map(cellToH3)).toEqual(LADDER.map((r) => cellToParent(fine, r)));
    }
  });

  it('rounds first, and takes both antimeridians for one', () => {
    expect(ladderOf(12.34567891, -0.00000001)).toEqual(ladderOf(12.3456789, 0));
    expect(ladderOf(51, -180)).toEqual(ladderOf(51, 180));
  });
});

describe('fineCellNumber', () => {
  it("is H3's cell, at random places and at the seams of its grid", () => {
    expect(unlikeH3(seededRandom(18), 40_000)).toEqual([]);
  });

  it('would be distinguished from another by the last bit of a digit', () => {
    const wrong = fineCellNumber(48.8584, 2.2945) + 1;
    expect(toH3(wrong, 15)).not.toBe(latLngToCell(48.8584, 2.2945, 15));
  });

  it.each([
    [90, 0],
    [-90, 0],
    [0, 180],
    [0, -180],
    [0, 0],
    [-0, -0],
    [90, 180],
  ])('of %d, %d too', (latitude, longitude) => {
    expect(toH3(fineCellNumber(latitude, longitude), 15)).toBe(latLngToCell(latitude, longitude, 15));
  });
});

describe('children', () => {
  it('are those of H3, six under a pentagon', () => {
    for (const [base, h3] of getRes0Cells().sort().entries()) {
      const expected = new Set(cellToChildren(h3, 1));
      expect(new Set(children(base, 0).map((child) => toH3(child, 1)))).toEqual(expected);
      expect(isPentagon(base, 0)).toBe(expected.size === 6);
    }
  });
});

describe('centerOf', () => {
  it("is H3's, anywhere and around pentagons", () => {
    expect(centersUnlikeH3(seededRandom(19), 20_000)).toEqual([]);
  });

  it.each(Array.from({ length: 16 }, (_, resolution) => resolution))('lies within its cell at resolution %i', (r) => {
    const named = r === 0 ? getRes0Cells() : getPentagons(r).flatMap((pentagon) => gridDisk(pentagon, 3));
    for (const h3 of named) {
      const { cell, resolution } = fromH3(h3);
      expect(latLngToCell(...centerOf(cell, resolution), resolution)).toBe(h3);
    }
  });
});
