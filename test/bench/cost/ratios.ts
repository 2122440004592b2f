import type { Figures } from './contest.ts';

/** The figures of a handler, compared with its floor. */
export interface Compared {
  /** Milliseconds of processor time, in the run that other processes disturbed least; megabytes. */
  readonly 'cold ms': number;
  readonly 'early ms': number;
  readonly 'warm ms': number;
  readonly 'RSS MB': number;
  /** The ratio to the floor: the median of measurements that were taken in turns. */
  readonly 'cold ×': number;
  readonly 'early ×': number;
  readonly 'warm ×': number;
}

/** The limit of each ratio. */
const plain = { 'warm ×': 1.8 } as const;
export const bars: Readonly<Record<string, Partial<Compared>>> = {
  'geofences/check': { 'warm ×': 1.7, 'early ×': 1.8, 'cold ×': 2.2 },
  'geofences/get': plain,
  'geofences/create': plain,
  'auth/login': plain,
  'outbox/relay': plain,
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const least = (numbers: readonly number[]): number => Math.min(...numbers);
const rounded = (number: number): number => Number(number.toPrecision(3));

/** @param runs the figures of each contender in each run, those of the floor first */
export function compared(runs: readonly (readonly Figures[])[]): readonly Compared[] {
  return runs[0]!.map((_, i) => {
    const pairs = runs.map((run) => ({ floor: run[0]!, own: run[i]! }));
    const batches = pairs.flatMap(({ floor, own }) => own.warm.map((spent, batch) => spent / floor.warm[batch]!));
    return {
      'cold ms': rounded(least(pairs.map(({ own }) => own.cold))),
      'early ms': rounded(least(pairs.map(({ own }) => own.early))),
      'warm ms': rounded(least(pairs.map(({ own }) => median(own.warm)))),
      'RSS MB': rounded(median(pairs.map(({ own }) => own.rss))),
      'cold ×': rounded(median(pairs.map(({ floor, own }) => own.cold / floor.cold))),
      'early ×': rounded(median(pairs.map(({ floor, own }) => own.early / floor.early))),
      'warm ×': rounded(median(batches)),
    };
  });
}
