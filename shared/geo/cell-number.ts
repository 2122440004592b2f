/**
 * H3 cells as numbers: base cell, then one octal digit per resolution (`base · 8^r + digits`), together with the
 * resolution. A number has at most 52 bits, so a double holds it exactly; a parent or child takes one division or
 * multiplication. The layout follows the H3 index bits (https://h3geo.org/docs/core-library/h3Indexing).
 */
const BASE_CELLS = 122;
const PENTAGONS = new Set([4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117]);
/** 8^r by resolution. */
const POWERS = Array.from({ length: 16 }, (_, resolution) => 8 ** resolution);

export const FINEST_RESOLUTION = 15;

/** The 122 cells of resolution 0. */
export const ROOTS: readonly number[] = Array.from({ length: BASE_CELLS }, (_, base) => base);

/** The ancestor `steps` resolutions up. Its digits are a prefix of the cell's digits. */
export function ancestor(cell: number, steps: number): number {
  return Math.floor(cell / POWERS[steps]!);
}

/** The seven children one resolution down; a pentagon has six. */
export function children(cell: number, resolution: number): number[] {
  const first = cell * 8;
  return isPentagon(cell, resolution)
    ? [first, first + 2, first + 3, first + 4, first + 5, first + 6]
    : [first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6];
}

export function isPentagon(cell: number, resolution: number): boolean {
  return PENTAGONS.has(cell / POWERS[resolution]!);
}

/** The H3 index in hexadecimal, as every H3 library prints it. */
export function toH3(cell: number, resolution: number): string {
  const unused = POWERS[FINEST_RESOLUTION - resolution]!;
  const digits = cell * unused + (unused - 1);
  return `8${resolution.toString(16)}${digits.toString(16).padStart(13, '0')}`;
}

/** The inverse of {@link toH3}; expects a valid cell index of 15 hexadecimal digits. */
export function fromH3(h3: string): { cell: number; resolution: number } {
  const resolution = Number.parseInt(h3.charAt(1), 16);
  const digits = Number.parseInt(h3.slice(2), 16);
  return { cell: ancestor(digits, FINEST_RESOLUTION - resolution), resolution };
}
