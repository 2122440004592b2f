import { problem } from '../problems/problem.ts';
import { type ActionRules, decideAction, type Suppression } from '../transitions/action.ts';
import { Device, type StoredPair, unseen } from '../transitions/device.ts';
import type { Fence, Fix } from '../transitions/fence.ts';
import type { Transition } from '../transitions/transition.ts';

/** A fence of a simulation. Its id is unique in the simulation; two fences may be versions of one stored geofence. */
export interface Simulated {
  readonly fence: Fence;
  readonly action: ActionRules;
}

export interface Conditions {
  /** The state at each fence before the first point. */
  readonly startState: 'unknown' | 'outside' | 'inside';
  /** Timers that are due by then fire after the last point; in milliseconds since 1970. */
  readonly silentUntil: number;
  /** When the run must have ended, by the system clock; in milliseconds since 1970. */
  readonly until: number;
}

/** An event as it would have been recorded if each point had arrived when it was made. */
export interface Outcome {
  readonly transition: Transition;
  readonly actionFired: boolean;
  readonly suppressedBy: Suppression | null;
}

/** The number of points between two reads of the clock. */
const pointsAtOnce = 100;

/**
 * Runs one device through fences. At most one page of points is in memory.
 *
 * @param pages points with distinct times, in order of time
 * @param record takes each event when it is decided, which need not be in order of time
 * @returns the number of points
 * @throws the problem `TIMEOUT`
 */
export async function simulateDevice(
  pages: AsyncIterable<readonly Fix[]> | Iterable<readonly Fix[]>,
  fences: readonly Simulated[],
  { startState, silentUntil, until }: Conditions,
  record: (outcome: Outcome) => void,
): Promise<number> {
  const tests = fences.map(({ fence }) => fence);
  const rules = new Map(fences.map(({ fence, action }) => [fence.rules.geofenceId, action]));
  const fired = new Map<string, number[]>();
  const decide = (transition: Transition): void => {
    const { geofenceId, decidedAt: receivedAt, occurredAt } = transition;
    const firedAt = fired.get(geofenceId) ?? [];
    const given = { receivedAt, isInMaintenance: false, hasFiredBefore: false, firedAt };
    const { actionFired, suppressedBy } = decideAction(transition, rules.get(geofenceId)!, given);
    // Transitions of a pair are decided in order of time, so that only the last action counts for the next one.
    if (actionFired) fired.set(geofenceId, [occurredAt]);
    record({ transition, actionFired, suppressedBy });
  };
  let device: Device | undefined;
  let points = 0;
  for await (const page of pages) {
    for (const fix of page) {
      if (points % pointsAtOnce === 0) requireTime(until);
      device ??= new Device(startOf(startState, tests, fix));
      for (const transition of device.advance(fix, tests)) decide(transition);
      points += 1;
    }
  }
  for (const { dueAt, transition } of device?.timers(tests) ?? []) if (dueAt <= silentUntil) decide(transition);
  return points;
}

function requireTime(until: number): void {
  if (Date.now() < until) return;
  throw problem('TIMEOUT', 'This takes too long. Simulate fewer points, geofences or positions at once.');
}

/** Points in order of time; of several with the same time the first one counts. */
export function sortedByTime(fixes: readonly Fix[]): Fix[] {
  const byTime = new Map<number, Fix>();
  for (const fix of fixes) if (!byTime.has(fix.at)) byTime.set(fix.at, fix);
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

function startOf(startState: Conditions['startState'], fences: readonly Fence[], first: Fix) {
  if (startState === 'unknown') return unseen;
  const inside = (fence: Fence): [string, StoredPair] => [
    fence.rules.geofenceId,
    { pair: { phase: 'INSIDE', since: first.at, dwelled: false }, activatedAt: fence.rules.activatedAt },
  ];
  const pairs = new Map(startState === 'inside' ? fences.map(inside) : []);
  return { ...unseen, seenAt: Number.MAX_SAFE_INTEGER, pairs };
}
