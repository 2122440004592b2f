import type { z } from 'zod';
import type { Fence as StoredFence } from '../geofences/fence.ts';
import { actionRulesOf, rulesOf } from '../geofences/rules.ts';
import { identityOf } from '../tracking/identity.ts';
import { cooldownEnd, decideAction, triggers } from '../transitions/action.ts';
import { Device } from '../transitions/device.ts';
import { Fence, type Fix } from '../transitions/fence.ts';
import { dwellDue, type Pair } from '../transitions/pair.ts';
import type { Transition } from '../transitions/transition.ts';
import { printInstantOrNull } from '../wire/schema.ts';
import type { DeviceSnapshot } from './device-snapshot.ts';
import type { Explanation, Stop } from './explain-wire.ts';

/** What a point would do at a geofence by the transition rules. Nothing is stored. */

type Explained = z.input<typeof Explanation>['geofences'][number];
type State = NonNullable<Explained['state']>;
type Decision = Explained['decision'];

interface Decided {
  readonly state: State;
  readonly decision: Decision;
}

const stopped = (stoppedBy: Stop): Decision => ({ wouldRecord: null, wouldFireAction: false, stoppedBy });

/**
 * Applies the transition rules to a point of a device at a geofence.
 *
 * @param firedAt event times of the actions that the device has fired at the geofence, around the point
 */
export function decide(snapshot: DeviceSnapshot, stored: StoredFence, fix: Fix, firedAt: readonly number[]): Decided {
  const fence = new Fence(rulesOf(stored));
  const device = new Device(snapshot.state);
  // Deactivating a geofence ends the states at it.
  const isActive = stored.status === 'active';
  const before = isActive ? device.pairWith(fence) : undefined;
  const state: State = {
    value: before?.phase ?? (isActive && device.isKnownAt(fence) ? 'OUTSIDE' : 'UNKNOWN'),
    since: printInstantOrNull(before && beginningOf(before)),
    confirmations: confirmationsOf(fence, before),
    cooldownEndsAt: printInstantOrNull(cooldownEnd(fix.at, stored.cooldownMs, firedAt)),
  };
  if (!isActive || !snapshot.takesPoints) return { state, decision: stopped('STATUS_INACTIVE') };
  if (!fence.uses(fix)) return { state, decision: stopped('MAX_ACCURACY') };
  if (!snapshot.reaches(stored)) return { state, decision: stopped('LATE') };
  const recorded = new Set(snapshot.recorded.map(identityOf));
  const transitions = device.advance(fix, [fence]).filter((one) => !recorded.has(identityOf(one)));
  const decision = actionOf(transitions, stored, fix, snapshot, firedAt);
  return { state, decision: decision ?? stopped(stopOf(fence, fix, before, device.pairWith(fence))) };
}

/** When a state began; a stay with its entry. */
const beginningOf = (pair: Pair): number => (pair.phase === 'INSIDE' ? pair.since : pair.first.at);

function confirmationsOf({ rules }: Fence, pair: Pair | undefined): number {
  if (!pair) return 0;
  return pair.phase === 'ENTERING' ? pair.count : rules.noise.enterConfirmations;
}

/**
 * Whether the action fires; undefined if there is no transition. Of two transitions, the one that may fire is shown.
 */
function actionOf(
  transitions: readonly Transition[],
  stored: StoredFence,
  { receivedAt }: Fix,
  { isInMaintenance }: DeviceSnapshot,
  firedAt: readonly number[],
): Decision | undefined {
  const transition = transitions.find(({ type }) => triggers(type, stored.triggerOn)) ?? transitions.at(-1);
  if (!transition) return undefined;
  const given = { receivedAt, isInMaintenance, hasFiredBefore: false, firedAt };
  const { actionFired, suppressedBy } = decideAction(transition, actionRulesOf(stored), given);
  return { wouldRecord: transition.type, wouldFireAction: actionFired, stoppedBy: suppressedBy };
}

/** Why a point that was applied has caused nothing. */
function stopOf(fence: Fence, fix: Fix, before: Pair | undefined, after: Pair | undefined): Stop {
  if (after?.phase === 'ENTERING') return 'ENTER_CONFIRMATIONS';
  if (after?.phase === 'EXITING') return 'EXIT_HOLD';
  // A timer may have recorded the exit already.
  if (!after) return before?.phase === 'EXITING' ? 'NO_TRANSITION' : 'OUTSIDE';
  if (!fence.holds(fix)) return leavesWithoutAccuracy(fence, fix) ? 'EXIT_ACCURACY' : 'HYSTERESIS';
  return dwellDue(fence, after) === undefined ? 'NO_TRANSITION' : 'DWELL_NOT_REACHED';
}

function leavesWithoutAccuracy({ rules }: Fence, fix: Fix): boolean {
  return new Fence({ ...rules, noise: { ...rules.noise, exitUsesAccuracy: false } }).hasLeft(fix);
}
