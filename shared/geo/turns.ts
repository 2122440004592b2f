import { CLOCKWISE_FACES } from './icosahedron.ts';

/** The digit that pentagons lack. */
const MISSING = 1;

const ONCE = [0, 5, 3, 1, 6, 4, 2, 7];

/** Digits after a number of sixths of a turn counterclockwise; the index is 8 · turns + digit. */
export const TURNED: Uint8Array = turnedDigits();

function turnedDigits(): Uint8Array {
  const table = new Uint8Array(48);
  for (let digit = 0; digit < 8; digit++) {
    table[digit] = digit;
    for (let turns = 1; turns < 6; turns++) table[8 * turns + digit] = ONCE[table[8 * turns - 8 + digit]!]!;
  }
  return table;
}

/**
 * Sixths of a turn from the axes of a face to those of a base cell. The axes of a pentagon are turned further where the
 * first digit that is not 0 would be the missing digit.
 *
 * @param given turns that the base cell has on that face, see `BASE_CELLS`
 * @param first in the axes of the face, the first digit that is not 0; 0 if there is none
 */
export function turnsOf(base: number, face: number, given: number, first: number): number {
  const clockwise = CLOCKWISE_FACES.get(base);
  if (!clockwise) return given;
  let turns = first === MISSING ? (clockwise.includes(face) ? 5 : 1) : 0;
  for (let turn = 0; turn < given; turn++) {
    turns = (turns + 1) % 6;
    if (TURNED[8 * turns + first] === MISSING) turns = (turns + 1) % 6;
  }
  return turns;
}
