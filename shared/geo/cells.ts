import { FINEST_RESOLUTION, toH3 } from './cell-number.ts';

/**
 * A canonical, compact key of an H3 cell: a one bit, seven bits of base cell and three bits per digit, in base 64. It
 * has two characters at resolution 0, seven at 10 and nine at 15, out of `-`, `0-9`, `A-Z`, `_` and `a-z`. Keys of one
 * resolution sort like their numbers, so the descendants of a cell are one range.
 */
export type Cell = string & { readonly __cell: unique symbol };

/** The resolutions of postings. One check reads one key per resolution. */
export const LADDER = [0, 2, 4, 6, 8, 10] as const;

const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** The H3 index of a cell, 15 hexadecimal digits. */
export function cellToH3(cell: Cell): string {
  const { number, resolution } = parseCell(cell);
  return toH3(number, resolution);
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
