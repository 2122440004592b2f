import { RADIANS } from './sphere.ts';

/**
 * The grid of 1e-7 degrees, in integers: a longitude is `x` in ±1,800,000,000, a latitude `y` in ±900,000,000. Unlike
 * in degrees, adding whole turns, subtracting and comparing are exact here.
 */
export const GRID_PER_DEGREE = 1e7;

/** Grid units per radian. */
export const GRID_PER_RADIAN = GRID_PER_DEGREE / RADIANS;

/** 90, 180 and 360 degrees in grid units. */
export const QUARTER_TURN = 900_000_000;
export const HALF_TURN = 1_800_000_000;
export const FULL_TURN = 3_600_000_000;

/** The grid number nearest to an angle in degrees. Ties are rounded up, and -0 becomes 0. */
export function toGrid(degrees: number): number {
  return Math.round(degrees * GRID_PER_DEGREE) + 0;
}

/** The angle in degrees of a grid number; `toGrid(toDegrees(n)) === n` for every coordinate. */
export function toDegrees(grid: number): number {
  return grid / GRID_PER_DEGREE;
}
