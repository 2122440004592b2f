import type { Fix } from './fence.ts';

/**
 * The last points of a device, newest first, as far as a fence may need one: for each accuracy that a fence may ask for, the
 * newest point that has it. A point that is no more accurate than a newer one is no use. So a device whose points are all as
 * accurate has a trail of one.
 */
export type Trail = readonly TrailPoint[];

interface TrailPoint {
  readonly fix: Fix;
  /** Points of the device that came after it. */
  readonly passed: number;
}

/** So many points in a row may be too inaccurate for a fence; then it does not look back beyond them. */
export const mostPassed = 16;

export function extended(trail: Trail, fix: Fix): Trail {
  const useful = trail
    .filter((point) => accuracyOf(point.fix) < accuracyOf(fix) && point.passed < mostPassed)
    .map(({ fix: earlier, passed }) => ({ fix: earlier, passed: passed + 1 }));
  return [{ fix, passed: 0 }, ...useful];
}

/** The newest point of those that a fence heeds. */
export const newestHeeded = (trail: Trail, heeds: (fix: Fix) => boolean): Fix | undefined =>
  trail.find(({ fix }) => heeds(fix))?.fix;

const accuracyOf = ({ accuracyMeters }: Fix): number => accuracyMeters ?? 0;
