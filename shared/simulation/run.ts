import { problem } from '../problems/problem.ts';
import { type ActionRules, decideAction, type Suppression } from '../transitions/action.ts';
import { Device, type StoredPair, unseen } from '../transitions/device.ts';
import type { Fence, Fix } from '../transitions/fence.ts';
import { inOrder, type Transition } from '../transitions/transition.ts';

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
 * Runs one device through fences.
 *
 * @param fixes in any order; of several with the same time the first one counts
 * @returns events in order of time, and how many points there were
 * @throws the problem `TIMEOUT`
 */
export function simulated(
  fixes: readonly Fix[],
  fences: readonly Simulated[],
  { startState, silentUntil, until }: Conditions,
): { readonly outcomes: Outcome[]; readonly points: number } {
  const track = distinct(fixes);
  const tests = fences.map(({ fence }) => fence);
  const device = new Device(startOf(startState, tests, track[0]));
  const outcomes: Outcome[] = [];
  const fired = new Map<string, number[]>();
  const record = (transition: Transition): void => {
    const { action } = fences.find(({ fence }) => fence.rules.geofenceId === transition.geofenceId)!;
    const firedAt = fired.get(transition.geofenceId) ?? [];
    const { decidedAt: receivedAt, occurredAt } = transition;
    const given = { receivedAt, isInMaintenance: false, hasFiredBefore: false, firedAt };
    const { actionFired, suppressedBy } = decideAction(transition, action, given);
    if (actionFired) fired.set(transition.geofenceId, [...firedAt, occurredAt]);
    outcomes.push({ transition, actionFired, suppressedBy });
  };
  for (const [i, fix] of track.entries()) {
    if (i % pointsAtOnce === 0) requireTime(until);
    for (const transition of device.advance(fix, tests)) record(transition);
  }
  for (const { dueAt, transition } of device.timers(tests)) if (dueAt <= silentUntil) record(transition);
  outcomes.sort((a, b) => inOrder(a.transition, b.transition));
  return { outcomes, points: track.length };
}

function requireTime(until: number): void {
  if (Date.now() < until) return;
  throw problem('TIMEOUT', 'This takes too long. Simulate fewer points, geofences or positions at once.');
}

function distinct(fixes: readonly Fix[]): Fix[] {
  const byTime = new Map<number, Fix>();
  for (const fix of fixes) if (!byTime.has(fix.at)) byTime.set(fix.at, fix);
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

function startOf(startState: Conditions['startState'], fences: readonly Fence[], first: Fix | undefined) {
  if (startState === 'unknown' || !first) return unseen;
  const inside = (fence: Fence): [string, StoredPair] => [
    fence.rules.geofenceId,
    { pair: { phase: 'INSIDE', since: first.at, dwelled: false }, activatedAt: fence.rules.activatedAt },
  ];
  const pairs = new Map(startState === 'inside' ? fences.map(inside) : []);
  return { ...unseen, seenAt: Number.MAX_SAFE_INTEGER, pairs };
}
