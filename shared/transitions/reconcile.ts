import type { Transition } from './transition.ts';

/** What identifies a transition of one device. */
export type Standing = Pick<Transition, 'geofenceId' | 'type' | 'occurredAt'>;

/** The changes that bring the standing events in line with a new run. */
export interface Reconciliation<S extends Standing> {
  /** Transitions that happened at another time: a new event supersedes the old one. */
  readonly moved: readonly { readonly from: S; readonly to: Transition }[];
  /** Transitions that were not known before. */
  readonly added: readonly Transition[];
  /** Transitions that did not happen. */
  readonly retracted: readonly S[];
}

/**
 * Compares the standing events with the transitions of a new run, for each fence and type. An event whose time is in
 * both holds and is not listed. The others are matched in order of time, while there are both old and new ones.
 */
export function reconcile<S extends Standing>(
  standing: readonly S[],
  transitions: readonly Transition[],
): Reconciliation<S> {
  const moved: { from: S; to: Transition }[] = [];
  const added: Transition[] = [];
  const retracted: S[] = [];
  const [old, fresh] = [Map.groupBy(standing, seriesOf), Map.groupBy(transitions, seriesOf)];
  for (const series of new Set([...old.keys(), ...fresh.keys()])) {
    const [before, after] = [byTime(old.get(series)), byTime(fresh.get(series))];
    const [times, newTimes] = [timesOf(before), timesOf(after)];
    const gone = before.filter(({ occurredAt }) => !newTimes.has(occurredAt));
    const come = after.filter(({ occurredAt }) => !times.has(occurredAt));
    const joined = Math.min(gone.length, come.length);
    for (let i = 0; i < joined; i++) moved.push({ from: gone[i]!, to: come[i]! });
    added.push(...come.slice(joined));
    retracted.push(...gone.slice(joined));
  }
  return { moved, added, retracted };
}

const seriesOf = ({ geofenceId, type }: Standing): string => `${geofenceId}#${type}`;
const timesOf = (events: readonly Standing[]): Set<number> => new Set(events.map(({ occurredAt }) => occurredAt));
const byTime = <S extends Standing>(events: readonly S[] = []): S[] =>
  events.toSorted((a, b) => a.occurredAt - b.occurredAt);
