import { fixOf } from '../locations/row.ts';
import { pagesOf } from '../locations/track.ts';
import { lastInstant } from '../table/keys/locations.ts';
import type { PackedText } from '../table/packed.ts';
import { Device } from '../transitions/device.ts';
import type { Transition } from '../transitions/transition.ts';
import type { Head } from './head.ts';
import { fencesFor, type Setting } from './newest.ts';
import { pointsPerState, readState, writePairs, writeState } from './state.ts';
import { fencesOf, forgetOthers, idsAround, isCurrent, type KnownFences, lookAround } from './surroundings.ts';
import { rowsBefore, stateAfter } from './track.ts';

/** Runs the transition rules again over the stored track of a device. Writes nothing. */

const rowsPerPage = 500;

/** A change of the row of a point. */
export interface RowChange {
  readonly at: number;
  /** The state to write into it, if any. */
  readonly state: PackedText | undefined;
}

/** The result of running the rules again. */
export interface Run {
  readonly transitions: readonly Transition[];
  readonly rows: readonly RowChange[];
  readonly fences: KnownFences;
  readonly device: Device;
  /** The last point of the run, if the states agree from there on; undefined if the run went to the newest point. */
  readonly agreedAt: number | undefined;
  /** How many points there are since the last one whose row has a state. */
  readonly pointsSinceState: number;
  /** Whether the newest point had not been evaluated before. */
  readonly isNewestFresh: boolean;
  /** The instant from which a geofence takes part; undefined if it does not. */
  readonly takesPartFrom: (geofenceId: string) => number | undefined;
  /** Events before this instant are left as they are. */
  readonly earliest: number;
}

/**
 * Runs from the first waiting point up to the first point, after the last waiting one, at which the stored states are
 * the same.
 *
 * @param head with points that wait
 */
export async function evaluateAgain(setting: Setting, head: Head): Promise<Run> {
  const {
    tenant,
    device: { id },
  } = setting;
  const { rerunFrom: from, rerunUntil: until = from, newestAt, firstAt } = head;
  if (from === undefined || until === undefined || newestAt === undefined || firstAt === undefined) {
    throw new Error('No point waits');
  }
  const { state: start, pointsSinceState } = stateAfter(await rowsBefore(tenant.reference, id, from, firstAt));
  const fences = new Map(await fencesOf(tenant.reference, start.pairs.keys()));
  const device = new Device(start);
  forgetOthers(device, fences);
  const marks = [...device.state.pairs.values()].flatMap(({ pair }) =>
    pair.phase === 'INSIDE' ? [] : [pair.first.at],
  );
  const earliest = Math.min(from, ...start.trail.map(({ fix }) => fix.at), ...marks);

  const transitions: Transition[] = [];
  const rows: RowChange[] = [];
  /** Points that waited. Each is applied at the geofences whose last change is not after `until`. */
  const waited: { readonly at: number; readonly until: number }[] = [];
  let reached = 0;
  const hasWaited = new Set<number>();
  const changedAt = (geofenceId: string) => {
    const known = fences.get(geofenceId);
    return known && Math.max(known.stored.changedAt, known.stored.activatedAt);
  };
  const takesPartFrom = (geofenceId: string) => {
    const since = changedAt(geofenceId);
    return since === undefined ? undefined : waited.find(({ until }) => until >= since)?.at;
  };
  const takesPart = (geofenceId: string) => reached >= (changedAt(geofenceId) ?? Number.POSITIVE_INFINITY);
  /** The states as the rows have them. */
  let written = device.state.pairs;
  let pairs = writePairs(device.state.pairs);
  let [sinceState, isNewestFresh] = [pointsSinceState, false];
  const end = (agreedAt: number | undefined): Run => ({
    transitions,
    rows,
    fences,
    device,
    agreedAt,
    pointsSinceState: sinceState,
    isNewestFresh,
    takesPartFrom,
    earliest,
  });

  const walk = { pageSize: () => rowsPerPage };
  for await (const page of pagesOf(tenant.reference, id, { from, to: newestAt }, walk)) {
    const evaluated = page.rows.filter(({ aside }) => !aside);
    const fixes = evaluated.map(fixOf);
    const around = await lookAround(tenant.reference, fixes, { fresh: true });
    const ids = idsAround(around, fixes, device.state.trail);
    const states = evaluated.map(({ state }) => (state === undefined ? undefined : readState(state).pairs));
    const named = [...ids.flat(), ...states.flatMap((one) => [...(one?.keys() ?? [])])];
    const unknown = named.filter((one) => !fences.has(one));
    for (const [one, known] of await fencesOf(tenant.reference, unknown)) fences.set(one, known);

    for (const [i, row] of evaluated.entries()) {
      const fix = fixes[i]!;
      if (row.waits) {
        const until = row.waits === 'newest' ? lastInstant : fix.at;
        waited.push({ at: fix.at, until });
        reached = Math.max(reached, until);
        hasWaited.add(fix.at);
      }
      const stored = states[i];
      if (stored) {
        written = new Map([...stored].filter(([one, { activatedAt }]) => isCurrent(fences, one, activatedAt)));
        device.follow(written, (one) => !takesPart(one));
      }
      const concerned = fencesFor(device, ids[i]!, fences).filter(({ rules }) => takesPart(rules.geofenceId));
      transitions.push(...device.advance(fix, concerned));
      const state = device.state;
      const next = writePairs(state.pairs);
      const isDue = next !== pairs || sinceState + 1 >= pointsPerState;
      const isWrong = stored !== undefined && next !== writePairs(written);
      sinceState = stored !== undefined || isDue ? 0 : sinceState + 1;
      if (row.waits || isWrong || (isDue && stored === undefined)) {
        rows.push({ at: fix.at, state: isDue || isWrong ? writeState(state) : undefined });
      }
      pairs = next;
      isNewestFresh = row.waits !== undefined && fix.at === newestAt;
      const isSame = !row.waits && next === writePairs(written);
      const isSeen = !state.trail.some((one) => hasWaited.has(one.fix.at));
      if (fix.at >= until && isSame && isSeen && fix.at < newestAt) return end(fix.at);
    }
  }
  // States that no late point concerns stay as the newest point has left them.
  const current = [...head.state.pairs].filter(([one, { activatedAt }]) => isCurrent(fences, one, activatedAt));
  device.follow(new Map(current), (one) => !takesPart(one));
  return end(undefined);
}
