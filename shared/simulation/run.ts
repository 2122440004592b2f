import { setImmediate } from 'node:timers/promises';
import { type ActionRules, decideAction, type Suppression } from '../transitions/action.ts';
import { Device, type StoredPair, unseen } from '../transitions/device.ts';
import type { Fence, Fix } from '../transitions/fence.ts';
import { inOrder, type Transition } from '../transitions/transition.ts';

/** A fence of a simulation, under an id of its own there: two may be versions of one that is stored. */
export interface Simulated {
  readonly fence: Fence;
  readonly action: ActionRules;
}

export type StartState = 'unknown' | 'outside' | 'inside';

/** An event as it would have been recorded had each point come when it was made. */
export interface Outcome {
  readonly transition: Transition;
  readonly actionFired: boolean;
  readonly suppressedBy: Suppression | null;
}

/** Points between two looks at what else the process has to do, such as answering that the time is up. */
const pointsAtOnce = 100;

/**
 * Runs one device through fences.
 *
 * @param fixes in any order; of one instant the first counts
 * @param silentUntil timers that are due by then act, since the device says no more
 * @returns events in order of time, and how many points there were
 */
export async function simulated(
  fixes: readonly Fix[],
  fences: readonly Simulated[],
  startState: StartState,
  silentUntil: number,
): Promise<{ readonly outcomes: Outcome[]; readonly points: number }> {
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
    if (i % pointsAtOnce === 0) await setImmediate();
    for (const transition of device.advance(fix, tests)) record(transition);
  }
  for (const { dueAt, transition } of device.timers(tests)) if (dueAt <= silentUntil) record(transition);
  outcomes.sort((a, b) => inOrder(a.transition, b.transition));
  return { outcomes, points: track.length };
}

function distinct(fixes: readonly Fix[]): Fix[] {
  const byTime = new Map<number, Fix>();
  for (const fix of fixes) if (!byTime.has(fix.at)) byTime.set(fix.at, fix);
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

function startOf(startState: StartState, fences: readonly Fence[], first: Fix | undefined) {
  if (startState === 'unknown' || !first) return unseen;
  const inside = (fence: Fence): [string, StoredPair] => [
    fence.rules.geofenceId,
    { pair: { phase: 'INSIDE', since: first.at, dwelled: false }, activatedAt: fence.rules.activatedAt },
  ];
  const pairs = new Map(startState === 'inside' ? fences.map(inside) : []);
  return { ...unseen, seenAt: Number.MAX_SAFE_INTEGER, pairs };
}
