import { distanceMeters } from '../geo/sphere.ts';
import type { Fence, Fix } from './fence.ts';
import type { Crossing } from './transition.ts';

/** Between points that are farther apart than this, the way is unknown. */
export const mostCrossMeters = 10_000;

/** How a device went through a fence between two points that both left it outside; undefined where it did not. */
export function crossingOf(fence: Fence, from: Fix, to: Fix): Crossing | undefined {
  const gap = to.at - from.at;
  if (gap > fence.rules.noise.maxCrossGapSeconds * 1000) return undefined;
  if (distanceMeters(from.latitude, from.longitude, to.latitude, to.longitude) > mostCrossMeters) return undefined;
  // The point left the device outside, but the shape of the fence may have changed since.
  if (fence.holds(from)) return undefined;
  const cut = fence.cut(from, to);
  if (!cut) return undefined;
  const { first, last } = cut;
  return {
    enteredAt: from.at + Math.round(first.share * gap),
    exitedAt: from.at + Math.round(last.share * gap),
    entry: { latitude: first.latitude, longitude: first.longitude },
    exit: { latitude: last.latitude, longitude: last.longitude },
  };
}
