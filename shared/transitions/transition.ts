import type { Place } from '../geo/cut.ts';

export const transitionTypes = ['enter', 'exit', 'dwell', 'cross'] as const;
export type TransitionType = (typeof transitionTypes)[number];

/** A position as an event tells it. */
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

/** Something that happened between a device and a fence. One device has one transition of a fence, type and `occurredAt`. */
export interface Transition {
  readonly type: TransitionType;
  readonly geofenceId: string;
  /** Event time, in milliseconds since 1970. */
  readonly occurredAt: number;
  /** Event time of the point that decided it; of a timer when it was due. */
  readonly decidedAt: number;
  /** The newest point at or before `occurredAt` that the fence heeds; of a crossing where it entered. */
  readonly position: Position;
  /** An entry of a device that was never looked at before. */
  readonly initial: boolean;
  readonly evidence: 'point' | 'timer';
  readonly crossing: Crossing | null;
}

const ranks: Readonly<Record<TransitionType, number>> = { dwell: 0, exit: 1, cross: 2, enter: 3 };

/** The order in which transitions are told: by event time; of one instant the end of a stay comes before the next begins. */
export function inOrder(a: Transition, b: Transition): number {
  return (
    a.occurredAt - b.occurredAt ||
    ranks[a.type] - ranks[b.type] ||
    (a.geofenceId < b.geofenceId ? -1 : a.geofenceId > b.geofenceId ? 1 : 0)
  );
}
