import { isValidCell, latLngToCell } from 'h3-js';
import { ancestor, FINEST_RESOLUTION, fromH3, toH3 } from './cell-number.ts';
import { roundDegrees } from './sphere.ts';

/**
 * A canonical, compact key of an H3 cell: a one bit, seven bits of base cell and three bits a digit, in base 64. Two
 * characters at resolution 0, seven at 10, nine at 15, of `-`, `0-9`, `A-Z`, `_`, `a-z`. Keys of one resolution sort
 * as their numbers do, so the descendants of a cell are one range.
 */
export type Cell = string & { readonly __cell: unique symbol };

/** The resolutions postings lie at, and so the keys one check reads. */
export const LADDER = [0, 2, 4, 6, 8, 10] as const;

const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/**
 * The six cells under which postings for a point can lie, coarse to fine: ancestors of its one resolution-15 cell.
 * Looking the point up at each resolution would miss, because H3's cells do not contain their descendants exactly.
 * The point is rounded to the 1e-7 grid first; longitude -180 is 180.
 *
 * @example ladderOf(37.7749, -122.4194).length // 6
 */
export function ladderOf(latitude: number, longitude: number): Cell[] {
  const fine = fineNumberOf(latitude, longitude);
  return LADDER.map((resolution) => toCell(ancestor(fine, FINEST_RESOLUTION - resolution), resolution));
}

/** The resolution-15 cell of a point, rounded as in {@link ladderOf}; the sort key of lists by place. */
export function fineCellOf(latitude: number, longitude: number): Cell {
  return toCell(fineNumberOf(latitude, longitude), FINEST_RESOLUTION);
}

/** The number of the resolution-15 cell of a point (see cell-number.ts). */
export function fineNumberOf(latitude: number, longitude: number): number {
  const rounded = roundDegrees(longitude);
  return fromH3(latLngToCell(roundDegrees(latitude), rounded === -180 ? 180 : rounded, FINEST_RESOLUTION)).cell;
}

/** The H3 index of a cell, 15 hexadecimal digits. */
export function cellToH3(cell: Cell): string {
  const { number, resolution } = parseCell(cell);
  return toH3(number, resolution);
}

/** @throws RangeError when the text is not an H3 cell index */
export function cellFromH3(h3: string): Cell {
  if (!isValidCell(h3)) throw new RangeError(`"${h3.slice(0, 32)}" is not an H3 cell`);
  const { cell, resolution } = fromH3(h3.toLowerCase());
  return toCell(cell, resolution);
}

export function resolutionOf(cell: Cell): number {
  return parseCell(cell).resolution;
}

/** The key of a cell number. */
export function toCell(number: number, resolution: number): Cell {
  let rest = number + 2 ** (7 + 3 * resolution);
  let key = '';
  while (rest > 0) {
    key = ALPHABET.charAt(rest % 64) + key;
    rest = Math.floor(rest / 64);
  }
  return key as Cell;
}

/** The number and resolution of a cell key. @throws RangeError when the text is not a cell key */
export function parseCell(cell: Cell): { number: number; resolution: number } {
  let value = 0;
  for (const character of cell) {
    value = value * 64 + (VALUES.get(character) ?? Number.NaN);
  }
  const resolution = (Math.floor(Math.log2(value)) - 7) / 3;
  if (!Number.isInteger(resolution) || resolution < 0 || resolution > FINEST_RESOLUTION) {
    throw new RangeError(`"${cell.slice(0, 32)}" is not a cell key`);
  }
  return { number: value - 2 ** (7 + 3 * resolution), resolution };
}
