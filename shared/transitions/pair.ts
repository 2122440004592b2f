import { crossingOf } from './crossing.ts';
import type { Fence, Fix } from './fence.ts';
import type { Position, Transition, TransitionType } from './transition.ts';

/** A position and its time. */
export type Mark = Pick<Fix, 'at' | 'latitude' | 'longitude' | 'accuracyMeters'>;

/** The device is inside, but has not yet sent enough points in a row from there. */
export interface Entering {
  readonly phase: 'ENTERING';
  readonly count: number;
  readonly first: Mark;
  readonly initial: boolean;
}

/** A stay. */
interface Stay {
  /** When it began: `occurredAt` of its entry. */
  readonly since: number;
  /** Whether a point has raised its dwell. */
  readonly dwelled: boolean;
}

export interface Inside extends Stay {
  readonly phase: 'INSIDE';
}

/** The device is outside, but not yet for long enough. If it returns before that, the stay continues. */
export interface Exiting extends Stay {
  readonly phase: 'EXITING';
  readonly first: Mark;
  /** The newest point at or before the due time of a dwell that waits. */
  readonly atDue: Mark | undefined;
}

/** The state of a device at a fence. The states OUTSIDE and UNKNOWN are not stored: there is no pair then. */
export type Pair = Entering | Inside | Exiting;

/** What is known before a point is applied. */
export interface Before {
  /**
   * Whether a point of the device was evaluated since the fence became active. If there is no pair, the state is OUTSIDE
   * if this is true, UNKNOWN if it is false.
   */
  readonly isKnown: boolean;
  /** The newest earlier point that the fence uses. */
  readonly fix: Fix | undefined;
}

export interface Step {
  readonly pair: Pair | undefined;
  readonly transitions: readonly Transition[];
}

const nothing: readonly Transition[] = [];

/** Applies a point that the fence uses to the state of its device at the fence. */
export function step(fence: Fence, pair: Pair | undefined, fix: Fix, before: Before): Step {
  switch (pair?.phase) {
    case undefined:
      return outside(fence, fix, before);
    case 'ENTERING':
      if (!fence.holds(fix)) return { pair: undefined, transitions: nothing };
      return entering(fence, { ...pair, count: pair.count + 1 }, fix);
    case 'INSIDE':
      return fence.hasLeft(fix) ? leaving(fence, pair, fix, before) : staying(fence, pair, fix, before);
    case 'EXITING':
      return fence.hasLeft(fix) ? exiting(fence, pair, fix, before) : staying(fence, pair, fix, before);
  }
}

function outside(fence: Fence, fix: Fix, before: Before): Step {
  if (fence.holds(fix)) {
    return entering(fence, { phase: 'ENTERING', count: 1, first: markOf(fix), initial: !before.isKnown }, fix);
  }
  const { fix: from } = before;
  const wasOutside = before.isKnown && from && from.receivedAt >= fence.rules.activatedAt;
  const crossing = fence.rules.detectCrossing && wasOutside ? crossingOf(fence, from, fix) : undefined;
  if (!crossing) return { pair: undefined, transitions: nothing };
  const position = { ...crossing.entry, accuracyMeters: from!.accuracyMeters };
  const crossed = transitionOf(fence, 'cross', crossing.enteredAt, fix, position);
  return { pair: undefined, transitions: [{ ...crossed, crossing }] };
}

function entering(fence: Fence, run: Entering, fix: Fix): Step {
  if (run.count < fence.rules.noise.enterConfirmations) return { pair: run, transitions: nothing };
  const entered = transitionOf(fence, 'enter', run.first.at, fix, run.first);
  const stay: Inside = { phase: 'INSIDE', since: run.first.at, dwelled: false };
  const { pair, transitions } = staying(fence, stay, fix, { isKnown: true, fix });
  return { pair, transitions: [{ ...entered, initial: run.initial }, ...transitions] };
}

function staying(fence: Fence, stay: Inside | Exiting, fix: Fix, before: Before): Step {
  const dwell = dwellOf(fence, stay, fix, before);
  return {
    pair: { phase: 'INSIDE', since: stay.since, dwelled: stay.dwelled || dwell.length > 0 },
    transitions: dwell,
  };
}

/** Applies the first point outside of a stay. */
function leaving(fence: Fence, stay: Inside, fix: Fix, before: Before): Step {
  const dwell = dwellOf(fence, stay, fix, before);
  if (fence.rules.noise.exitHoldSeconds === 0) {
    return { pair: undefined, transitions: [...dwell, transitionOf(fence, 'exit', fix.at, fix, fix)] };
  }
  const dwelled = stay.dwelled || dwell.length > 0;
  const pair: Exiting = { phase: 'EXITING', since: stay.since, dwelled, first: markOf(fix), atDue: undefined };
  return { pair, transitions: dwell };
}

function exiting(fence: Fence, stay: Exiting, fix: Fix, before: Before): Step {
  if (fix.at - stay.first.at >= fence.rules.noise.exitHoldSeconds * 1000) {
    return { pair: undefined, transitions: [transitionOf(fence, 'exit', stay.first.at, fix, stay.first)] };
  }
  const due = dwellDue(fence, stay);
  const passes = due !== undefined && fix.at >= due && !stay.atDue;
  return { pair: passes ? { ...stay, atDue: markAt(due, fix, before) } : stay, transitions: nothing };
}

/** When the dwell of a stay is due; undefined if it was raised already or the fence wants none. */
export function dwellDue(fence: Fence, { since, dwelled }: Stay): number | undefined {
  const { dwellMilliseconds } = fence.rules;
  return dwellMilliseconds === undefined || dwelled ? undefined : since + dwellMilliseconds;
}

function dwellOf(fence: Fence, stay: Inside | Exiting, fix: Fix, before: Before): Transition[] {
  const due = dwellDue(fence, stay);
  if (due === undefined || fix.at < due) return [];
  const waited = stay.phase === 'EXITING' ? stay.atDue : undefined;
  return [transitionOf(fence, 'dwell', due, fix, waited ?? markAt(due, fix, before))];
}

/** The newest point at or before an instant, of this one and the one before it. */
const markAt = (instant: number, fix: Fix, { fix: earlier }: Before): Mark =>
  markOf(fix.at <= instant ? fix : (earlier ?? fix));

const markOf = ({ at, latitude, longitude, accuracyMeters }: Fix): Mark => ({
  at,
  latitude,
  longitude,
  accuracyMeters,
});

function transitionOf(
  { rules }: Fence,
  type: TransitionType,
  occurredAt: number,
  decidedBy: Pick<Fix, 'at'>,
  { latitude, longitude, accuracyMeters }: Position,
): Transition {
  return {
    type,
    geofenceId: rules.geofenceId,
    occurredAt,
    decidedAt: decidedBy.at,
    position: { latitude, longitude, accuracyMeters },
    initial: false,
    evidence: 'point',
    crossing: null,
  };
}

/** A transition that happens if the device sends no more points. */
export interface Timer {
  /** When it happens, in event time. */
  readonly dueAt: number;
  readonly transition: Transition;
}

/** The transition that follows from a state if the device sends no more points; undefined if there is none. */
export function timerOf(fence: Fence, pair: Pair, newest: Position): Timer | undefined {
  const silent = (type: TransitionType, dueAt: number, occurredAt: number, position: Position): Timer => ({
    dueAt,
    transition: { ...transitionOf(fence, type, occurredAt, { at: dueAt }, position), evidence: 'timer' },
  });
  if (pair.phase === 'EXITING') {
    const { at } = pair.first;
    return silent('exit', at + fence.rules.noise.exitHoldSeconds * 1000, at, pair.first);
  }
  const due = pair.phase === 'INSIDE' ? dwellDue(fence, pair) : undefined;
  return due === undefined ? undefined : silent('dwell', due, due, newest);
}
