export type Cell = string & { readonly __cell: unique symbol };

/** The ladder a point is looked up on. */
export const LADDER = [0, 2, 4, 6, 8, 10] as const;

export function ladderOf(_latitude: number, _longitude: number): Cell[] {
  throw new Error('pending');
}

export function fineCellOf(_latitude: number, _longitude: number): Cell {
  throw new Error('pending');
}

export function cellToH3(_cell: Cell): string {
  throw new Error('pending');
}

export function cellFromH3(_h3: string): Cell {
  throw new Error('pending');
}

export function resolutionOf(_cell: Cell): number {
  throw new Error('pending');
}
