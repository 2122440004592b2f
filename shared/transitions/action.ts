import type { Transition, TransitionType } from './transition.ts';

/** What a fence does about transitions. */
export interface ActionRules {
  readonly triggerOn: Exclude<TransitionType, 'cross'>;
  /** Least event time between two actions of a pair. */
  readonly cooldownMs: number;
  /** How old the point that decided a transition may be when it is received. */
  readonly lateActionMaxAgeMinutes: number;
}

/** Why an action does not fire; the first reason that applies is given. */
export const suppressions = ['TRIGGER_ON', 'MAINTENANCE', 'LATE', 'COOLDOWN'] as const;
export type Suppression = (typeof suppressions)[number];

export interface ActionDecision {
  readonly actionFired: boolean;
  readonly suppressedBy: Suppression | null;
  /** In milliseconds since 1970; null where no cooldown runs at the transition. */
  readonly cooldownEndsAt: number | null;
}

/** What is known when a transition is recorded. */
export interface Circumstances {
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
  readonly isInMaintenance: boolean;
  /** Whether the event that it supersedes has fired the action. */
  readonly hasFiredBefore: boolean;
  /** Event times of the actions that this device has fired at this fence, in any order. */
  readonly firedAt: readonly number[];
}

type Decided = Pick<Transition, 'type' | 'occurredAt' | 'decidedAt'>;

/** Whether a transition fires its fence's action. */
export function decideAction(transition: Decided, rules: ActionRules, given: Circumstances): ActionDecision {
  const suppressedBy = suppression(transition, rules, given);
  const actionFired = suppressedBy === null;
  const firedAt = actionFired ? [...given.firedAt, transition.occurredAt] : given.firedAt;
  return { actionFired, suppressedBy, cooldownEndsAt: cooldownEnd(transition.occurredAt, rules.cooldownMs, firedAt) };
}

function suppression(transition: Decided, rules: ActionRules, given: Circumstances): Suppression | null {
  if (!triggers(transition.type, rules.triggerOn)) return 'TRIGGER_ON';
  if (given.isInMaintenance) return 'MAINTENANCE';
  const age = given.receivedAt - transition.decidedAt;
  if (age > rules.lateActionMaxAgeMinutes * millisecondsPerMinute || given.hasFiredBefore) return 'LATE';
  return given.firedAt.some((at) => Math.abs(at - transition.occurredAt) < rules.cooldownMs) ? 'COOLDOWN' : null;
}

const millisecondsPerMinute = 60_000;

/** Whether a fence acts on transitions of this type. A crossing counts as an entry and as an exit. */
export const triggers = (type: TransitionType, triggerOn: ActionRules['triggerOn']): boolean =>
  type === triggerOn || (type === 'cross' && triggerOn !== 'dwell');

/** When the cooldown ends that runs at an instant. */
export function cooldownEnd(at: number, cooldownMs: number, firedAt: readonly number[]): number | null {
  const ends = firedAt.filter((fired) => fired <= at && fired + cooldownMs > at).map((fired) => fired + cooldownMs);
  return ends.length > 0 ? Math.max(...ends) : null;
}
