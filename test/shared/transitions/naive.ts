import { containsTest, distanceToEdgeMeters } from '../../../shared/geo/contains.ts';
import { cutTest } from '../../../shared/geo/cut.ts';
import { distanceMeters } from '../../../shared/geo/sphere.ts';
import type { FenceRules, Fix } from '../../../shared/transitions/fence.ts';

/**
 * The transition rules as a reader of the contract would check them by hand: for one fence, with all points of a device
 * at once, looking back and forth. It keeps no state between points.
 */

export interface NaiveEvent {
  readonly geofenceId: string;
  readonly type: 'enter' | 'exit' | 'dwell' | 'cross';
  readonly occurredAt: number;
}

/**
 * The final events once all timers have fired; points are in order of time, all received after the fence became active.
 */
export function naiveEvents(rules: FenceRules, all: readonly Fix[]): NaiveEvent[] {
  const { noise, geometry, dwellMilliseconds, geofenceId } = rules;
  const holds = containsTest(geometry);
  const isHeeded = (fix: Fix) =>
    noise.maxAccuracyMeters === null || (fix.accuracyMeters ?? 0) <= noise.maxAccuracyMeters;
  const points = all.filter(isHeeded);
  const inside = points.map(({ latitude, longitude }) => holds(latitude, longitude));
  const left = points.map((fix, i) => {
    const margin = noise.hysteresisMeters + (noise.exitUsesAccuracy ? (fix.accuracyMeters ?? 0) : 0);
    const isFar = margin === 0 || distanceToEdgeMeters(geometry, fix.latitude, fix.longitude) > margin;
    return !inside[i] && isFar;
  });
  const events: NaiveEvent[] = [];
  const tell = (type: NaiveEvent['type'], occurredAt: number) => events.push({ geofenceId, type, occurredAt });
  let i = 0;
  let outsideSince = 0;
  while (i < points.length) {
    // Outside: the next run of inside points that is long enough is an entry.
    const entered = points.findIndex(
      (_, k) =>
        k >= i && inside.slice(k, k + noise.enterConfirmations).filter(Boolean).length === noise.enterConfirmations,
    );
    const confirmed = entered < 0 ? points.length : entered + noise.enterConfirmations;
    tellCrossings(rules, all, points, inside, [outsideSince, entered < 0 ? points.length : entered], tell);
    if (entered < 0) break;
    const since = points[entered]!.at;
    tell('enter', since);
    const exit = exitAfter(points, left, confirmed, noise.exitHoldSeconds * 1000);
    const due = dwellMilliseconds === undefined ? Number.POSITIVE_INFINITY : since + dwellMilliseconds;
    if (due <= (exit ? points[exit.first]!.at : Number.MAX_SAFE_INTEGER)) tell('dwell', due);
    if (!exit) break;
    tell('exit', points[exit.first]!.at);
    // The exit of a timer comes after the last point.
    if (exit.decided === undefined) break;
    i = exit.decided + 1;
    outsideSince = exit.decided;
  }
  return events;
}

/** The run of points outside that ends a stay: its first point, and the point that decided it (none if silence did). */
function exitAfter(
  points: readonly Fix[],
  left: readonly boolean[],
  from: number,
  hold: number,
): { readonly first: number; readonly decided: number | undefined } | undefined {
  for (let first = from; first < points.length; first++) {
    if (!left[first] || (first > from && left[first - 1])) continue;
    for (let k = first; k < points.length && left[k]; k++) {
      if (points[k]!.at - points[first]!.at >= hold) return { first, decided: k };
    }
    if (left.slice(first).every(Boolean)) return { first, decided: undefined };
  }
  return undefined;
}

/** Records a `cross` where the path between two neighbouring points, both outside, goes through the fence. */
function tellCrossings(
  rules: FenceRules,
  all: readonly Fix[],
  points: readonly Fix[],
  inside: readonly boolean[],
  [from, to]: readonly [number, number],
  tell: (type: 'cross', occurredAt: number) => void,
): void {
  if (!rules.detectCrossing) return;
  const cut = cutTest(rules.geometry, rules.disc);
  for (let k = from + 1; k < to; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    if (inside[k - 1] || inside[k]) continue;
    if (all.indexOf(b) - all.indexOf(a) - 1 > 16) continue;
    if (b.at - a.at > rules.noise.maxCrossGapSeconds * 1000) continue;
    if (distanceMeters(a.latitude, a.longitude, b.latitude, b.longitude) > 10_000) continue;
    const found = cut(a, b);
    if (found) tell('cross', a.at + Math.round(found.first.share * (b.at - a.at)));
  }
}
