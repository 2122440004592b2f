import type { Fix } from './fence.ts';

/**
 * The last points of a device that a fence may still need, newest first. Each fence needs the newest point that is accurate
 * enough for it. So a point is dropped when a newer one is at least as accurate, and a device whose points are all equally
 * accurate has a trail of one point.
 */
export type Trail = readonly TrailPoint[];

interface TrailPoint {
  readonly fix: Fix;
  /** How many points of the device came after it. */
  readonly passed: number;
}

/** A fence looks back past at most this many consecutive points that are too inaccurate for it. */
export const mostPassed = 16;

export function extended(trail: Trail, fix: Fix): Trail {
  const useful = trail
    .filter((point) => accuracyOf(point.fix) < accuracyOf(fix) && point.passed < mostPassed)
    .map(({ fix: earlier, passed }) => ({ fix: earlier, passed: passed + 1 }));
  return [{ fix, passed: 0 }, ...useful];
}

/** The newest point that a fence uses. */
export const newestUsed = (trail: Trail, uses: (fix: Fix) => boolean): Fix | undefined =>
  trail.find(({ fix }) => uses(fix))?.fix;

const accuracyOf = ({ accuracyMeters }: Fix): number => accuracyMeters ?? 0;
