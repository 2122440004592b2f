import { FINEST_RESOLUTION } from './cell-number.ts';
import { project, type projected } from './face-projection.ts';
import { BASE_CELLS } from './icosahedron.ts';
import { TURNED, turnsOf } from './turns.ts';

/**
 * The number (see cell-number.ts) of the H3 cell of resolution 15 in which a point lies. Each step equals that of the
 * H3 library, in its order and with its constants, so that every intermediate number is the same to the last bit; only
 * grids and digits are computed in integers. h3-js gives the same result and takes three times as long, because its
 * calls go through a heap and text.
 *
 * @param latitude degrees
 * @param longitude degrees
 */
export function fineCellNumber(latitude: number, longitude: number): number {
  const point = project(latitude, longitude);
  roundToGrid(point);
  climb();
  const { face } = point;
  const { i, j } = hexagon;
  const lowest = Math.min(i, j, 0);
  const entry = BASE_CELLS[27 * face + 9 * (i - lowest) + 3 * (j - lowest) - lowest]!;
  const base = entry >> 3;
  const first = digits.find((digit) => digit !== 0) ?? 0;
  return assembled(base, turnsOf(base, face, entry & 7, first));
}

/** The current hexagon, in the axes i and j of its face. */
const hexagon = { i: 0, j: 0 };
/** Digits of the resolutions 1 to 15, in the axes of the face. */
const digits = new Uint8Array(FINEST_RESOLUTION);

const INVERSE_SIN_60 = 1.1547005383792515;

/** The hexagon that contains the projected point, on the two axes i and j. H3's third axis is their sum, reversed. */
function roundToGrid({ x, y }: typeof projected): void {
  const second = Math.abs(y) * INVERSE_SIN_60;
  const first = Math.abs(x) + second / 2;
  const m1 = Math.trunc(first);
  const m2 = Math.trunc(second);
  const r1 = first - m1;
  const r2 = second - m2;
  const isLow = r1 < 0.5;
  let i: number;
  let j: number;
  if (isLow && r1 < 1 / 3) {
    i = m1;
    j = r2 < (1 + r1) / 2 ? m2 : m2 + 1;
  } else if (!isLow && r1 >= 2 / 3) {
    i = m1 + 1;
    j = r2 < r1 / 2 ? m2 : m2 + 1;
  } else {
    j = r2 < 1 - r1 ? m2 : m2 + 1;
    if (isLow) i = 1 - r1 <= r2 && r2 < 2 * r1 ? m1 + 1 : m1;
    else i = 2 * r1 - 1 < r2 && r2 < 1 - r1 ? m1 : m1 + 1;
  }
  if (x < 0) i = j - i;
  hexagon.i = y < 0 ? i - j : i;
  hexagon.j = y < 0 ? -j : j;
}

/**
 * The digit of a step (di, dj) from the centre of a hexagon to the centre of one of its seven children, indexed by 3 ·
 * di + dj + 4.
 */
const STEP_DIGITS = Uint8Array.of(1, 3, 7, 5, 0, 2, 7, 4, 6);

/**
 * Climbs from resolution 15 to the base cells. Each step finds the parent hexagon and, as a digit, the position of the
 * present hexagon within it. Axes turn one way at odd resolutions and back at even ones.
 */
function climb(): void {
  let i = hexagon.i | 0;
  let j = hexagon.j | 0;
  for (let resolution = FINEST_RESOLUTION; ; resolution -= 2) {
    let upI = seventh(3 * i - j);
    let upJ = seventh(i + 2 * j);
    digits[resolution - 1] = STEP_DIGITS[3 * (i - 2 * upI - upJ) + (j + upI - 3 * upJ) + 4]!;
    i = upI;
    j = upJ;
    if (resolution === 1) break;
    upI = seventh(2 * i + j);
    upJ = seventh(3 * j - i);
    digits[resolution - 2] = STEP_DIGITS[3 * (i - 3 * upI + upJ) + (j - upI - 2 * upJ) + 4]!;
    i = upI;
    j = upJ;
  }
  hexagon.i = i;
  hexagon.j = j;
}

/** Greater than a seventh of any coordinate at resolution 15. */
const OFFSET = 8_000_000;

/**
 * A seventh of a value, rounded to the nearest integer; a tie cannot occur. Integer arithmetic is three times as fast
 * as `Math.round` here.
 */
function seventh(value: number): number {
  return (((value + 3 + 7 * OFFSET) / 7) | 0) - OFFSET;
}

function assembled(base: number, turns: number): number {
  let high = base;
  for (let at = 0; at < 7; at++) high = high * 8 + TURNED[8 * turns + digits[at]!]!;
  let low = 0;
  for (let at = 7; at < FINEST_RESOLUTION; at++) low = low * 8 + TURNED[8 * turns + digits[at]!]!;
  return high * 8 ** 8 + low;
}
