import type { Place } from '../geo/cut.ts';

export const transitionTypes = ['enter', 'exit', 'dwell', 'cross'] as const;
export type TransitionType = (typeof transitionTypes)[number];

/** A position in the form of an event. */
export interface Position extends Place {
  readonly accuracyMeters: number | null;
}

/** How a device went through a fence between two points; instants in milliseconds since 1970. */
export interface Crossing {
  readonly enteredAt: number;
  readonly exitedAt: number;
  readonly entry: Place;
  readonly exit: Place;
}

/** Something that a device did at a fence. A device has at most one transition for a fence, a type and an `occurredAt`. */
export interface Transition {
  readonly type: TransitionType;
  readonly geofenceId: string;
  /** Event time, in milliseconds since 1970. */
  readonly occurredAt: number;
  /** Event time of the point that decided it; for a timer its due time. */
  readonly decidedAt: number;
  /** The newest point at or before `occurredAt` that the fence uses; for a crossing the place of the entry. */
  readonly position: Position;
  /** Whether it is an entry from the state UNKNOWN. */
  readonly initial: boolean;
  readonly evidence: 'point' | 'timer';
  readonly crossing: Crossing | null;
}

const ranks: Readonly<Record<TransitionType, number>> = { dwell: 0, exit: 1, cross: 2, enter: 3 };

/** The order of transitions: by event time. At the same time, the end of a stay comes before the next entry. */
export function inOrder(a: Transition, b: Transition): number {
  return (
    a.occurredAt - b.occurredAt ||
    ranks[a.type] - ranks[b.type] ||
    (a.geofenceId < b.geofenceId ? -1 : a.geofenceId > b.geofenceId ? 1 : 0)
  );
}
