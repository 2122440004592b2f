import type { Transition } from './transition.ts';

/** What identifies a transition of one device. */
export type Standing = Pick<Transition, 'geofenceId' | 'type' | 'occurredAt'>;

/** How events that stand are brought to what a new run says. */
export interface Reconciliation<S extends Standing> {
  /** Took place at another time: a new event supersedes the old one. */
  readonly moved: readonly { readonly from: S; readonly to: Transition }[];
  /** Were not known. */
  readonly added: readonly Transition[];
  /** Did not take place. */
  readonly retracted: readonly S[];
}

/**
 * Compares events that stand with what a run over all points says, by fence and type. One of the same time holds and is not
 * told of; the others are joined in order of time, as far as there are both.
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
