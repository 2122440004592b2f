import { RADIANS } from './sphere.ts';

/**
 * The grid of 1e-7 degree, in integers: a longitude is `x` in ±1,800,000,000, a latitude `y` in ±900,000,000.
 * Adding whole turns, subtracting and comparing are exact here, which they are not in degrees.
 */
export const GRID_PER_DEGREE = 1e7;

/** Grid units in a radian. */
export const GRID_PER_RADIAN = GRID_PER_DEGREE / RADIANS;

/** 90, 180 and 360 degrees in grid units. */
export const QUARTER_TURN = 900_000_000;
export const HALF_TURN = 1_800_000_000;
export const FULL_TURN = 3_600_000_000;

/** Nearest grid number of an angle in degrees; ties go up, -0 becomes 0. */
export function toGrid(degrees: number): number {
  return Math.round(degrees * GRID_PER_DEGREE) + 0;
}

/** The angle in degrees a grid number stands for; `toGrid(toDegrees(n)) === n` for every coordinate. */
export function toDegrees(grid: number): number {
  return grid / GRID_PER_DEGREE;
}
