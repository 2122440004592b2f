import { type GeofenceEventRow, isStanding } from '../fence-events/event.ts';
import { fixOf, type PointRow } from '../locations/row.ts';
import { setAll } from '../table/expressions.ts';
import { instantsIn, locationKeys, monthsOf } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { Device, type DeviceState } from '../transitions/device.ts';
import type { Transition } from '../transitions/transition.ts';
import { mostWrites, moveHead, writesOfMove, writesOfStays } from './commit.ts';
import { type Head, timerEventOf } from './head.ts';
import { fencesFor, forgetOthers, type Setting, sortTimerEvents } from './newest.ts';
import { pointsPerState, readState, rowsForState, trailOf, writePairs, writeState } from './state.ts';
import { type Change, changesOf, type ToldEvent, tell, writesOfEvent } from './story.ts';
import { type Firings, fencesOf, firedAround, idsAround, type KnownFences, lookAround } from './surroundings.ts';
import { nextDue } from './timers.ts';

/**
 * Applies the transition rules again from a point that was stored later than its time, up to the first point where
 * nothing is different any more, and brings the events in line with that.
 */

const telemetry = new Table('telemetry');
const rowsPerPage = 500;

/** A change of the row of a point. */
interface RowChange {
  readonly at: number;
  /** The state to write into it, if any. */
  readonly state: string | undefined;
}

/** What the rules say when they are run again. */
interface Run {
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
  /** From when on a geofence takes part; undefined if it does not. */
  readonly takesPartFrom: (geofenceId: string) => number | undefined;
  /** Events before this instant are not concerned. */
  readonly earliest: number;
}

/**
 * @param head with points that wait
 * @throws LostRace if another writer of this device was faster; the run is then to be made again
 */
export async function rerun(
  setting: Setting,
  head: Head,
): Promise<{ readonly head: Head; readonly told: ToldEvent[] }> {
  const run = await runAgain(setting, head);
  const { open, changes } = await compare(setting, head, run);
  const scene = { ...setting, fences: run.fences };
  const firings = await firingsOf(setting, changes);
  const told: ToldEvent[] = [];
  let now = head;
  const last = finalHead(head, run, open, setting.receivedAt);
  // A run that ends between two of these transactions is made again from the same point. It then finds the events that
  // were written. States are written from the last to the first, so that it meets no new state before an old one.
  const rows = run.rows.toReversed();
  const lastWrites = writesOfMove + writesOfStays(head.state, last.state);
  let transaction = new Transaction();
  const flush = async (next: Head) => {
    moveHead(transaction, setting.tenant.reference, setting.device.id, now, next);
    await transaction.commit();
    now = next;
    transaction = new Transaction();
  };
  const makeRoom = async (writes: number) => {
    if (transaction.size + writes + lastWrites > mostWrites) await flush({ ...now, sequence: now.sequence + 1 });
  };
  for (const change of changes) {
    await makeRoom(writesOfEvent);
    told.push(...tell(transaction, scene, [change], firings));
  }
  for (const { at, state } of rows) {
    await makeRoom(1);
    const key = locationKeys.point(setting.tenant.reference, setting.device.id, at);
    transaction.update(telemetry, key, setAll(state === undefined ? {} : { state }, ['waits']));
  }
  // The next point reads again when these actions were fired.
  const fired = new Map([...now.fired].filter(([id]) => !firings.has(id)));
  await flush({ ...last, sequence: now.sequence + 1, fired });
  return { head: now, told };
}

function finalHead(head: Head, run: Run, open: readonly GeofenceEventRow[], receivedAt: number): Head {
  const { rerunFrom: _, rerunUntil: _until, ...rest } = head;
  const seen = { rerunFrom: undefined, rerunUntil: undefined, lastSeenAt: Math.max(head.lastSeenAt ?? 0, receivedAt) };
  const seenAt = Math.max(head.state.seenAt ?? 0, run.device.state.seenAt ?? 0);
  if (run.agreedAt !== undefined) return { ...rest, ...seen, state: { ...head.state, seenAt } };
  const state = { ...run.device.state, seenAt };
  return {
    ...rest,
    ...seen,
    state,
    pointsSinceState: run.pointsSinceState,
    timerEvents: open.map(timerEventOf),
    dueAt: nextDue(state, run.fences, open),
  };
}

/** The rows of the points before an instant that are enough to know the state there, in order of time. */
async function rowsBefore(tenant: TenantReference, deviceId: string, at: number, firstAt: number): Promise<PointRow[]> {
  if (at <= firstAt) return [];
  const rows: PointRow[] = [];
  for (const month of monthsOf(firstAt, at - 1)) {
    const read = await telemetry.query<PointRow>(locationKeys.points(tenant, deviceId, month), {
      descending: true,
      between: instantsIn(firstAt, at - 1),
      pageSize: rowsForState - rows.length,
    });
    rows.push(...read.rows);
    if (rows.length >= rowsForState) break;
  }
  return rows.reverse();
}

/** The state after some points, the last of which are enough to know it. */
function stateAfter(rows: readonly PointRow[]): { readonly state: DeviceState; readonly pointsSinceState: number } {
  const evaluated = rows.filter(({ waits, aside }) => !waits && !aside);
  const from = evaluated.findLastIndex(({ state }) => state !== undefined);
  const { seenAt, pairs } = from < 0 ? { seenAt: undefined, pairs: new Map() } : readState(evaluated[from]!.state!);
  const received = evaluated.slice(from + 1).map((row) => row.at);
  const all = [...(seenAt === undefined ? [] : [seenAt]), ...received];
  const newest = all.length === 0 ? undefined : Math.max(...all);
  const state = { seenAt: newest, pairs, trail: trailOf(evaluated.map(fixOf)) };
  return { state, pointsSinceState: evaluated.length - 1 - from };
}

/** The rows of the points from an instant on, page by page, in order of time. */
async function* pagesFrom(tenant: TenantReference, deviceId: string, from: number, to: number) {
  for (const month of monthsOf(from, to).reverse()) {
    let after: string | undefined;
    do {
      const page = await telemetry.query<PointRow>(locationKeys.points(tenant, deviceId, month), {
        between: instantsIn(from, to),
        pageSize: rowsPerPage,
        ...(after === undefined ? {} : { after }),
      });
      yield page.rows;
      after = page.next;
    } while (after !== undefined);
  }
}

async function runAgain(setting: Setting, head: Head): Promise<Run> {
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
  /** Times of points that waited; a geofence takes part from the first one that is not before its last change. */
  const waited: number[] = [];
  const hasWaited = new Set<number>();
  const changedAt = (geofenceId: string) => {
    const known = fences.get(geofenceId);
    return known && Math.max(known.stored.changedAt, known.stored.activatedAt);
  };
  const takesPartFrom = (geofenceId: string) => {
    const since = changedAt(geofenceId);
    return since === undefined ? undefined : waited.find((at) => at >= since);
  };
  const takesPart = (geofenceId: string) => (waited.at(-1) ?? 0) >= (changedAt(geofenceId) ?? Number.POSITIVE_INFINITY);
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

  for await (const page of pagesFrom(tenant.reference, id, from, newestAt)) {
    const evaluated = page.filter(({ aside }) => !aside);
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
        waited.push(fix.at);
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
  // What no late point concerns is as the newest point has left it.
  const current = [...head.state.pairs].filter(([one, { activatedAt }]) => isCurrent(fences, one, activatedAt));
  device.follow(new Map(current), (one) => !takesPart(one));
  return end(undefined);
}

const isCurrent = (fences: KnownFences, id: string, activatedAt: number): boolean =>
  fences.get(id)?.fence.rules.activatedAt === activatedAt;

/** What the run changes about the events that stand. */
async function compare(setting: Setting, head: Head, run: Run) {
  const { tenant, device } = setting;
  const partition = locationKeys.events(tenant.reference, device.id);
  const rows = await telemetry.queryAll<GeofenceEventRow>(partition, {
    between: instantsIn(run.earliest, Number.MAX_SAFE_INTEGER),
  });
  const isConcerned = ({ geofenceId, decidedAt }: GeofenceEventRow) => {
    const from = run.takesPartFrom(geofenceId);
    return from !== undefined && decidedAt >= from && decidedAt <= (run.agreedAt ?? Number.POSITIVE_INFINITY);
  };
  const standing = rows.filter((row) => isStanding(row) && isConcerned(row));
  const timers = new Set(head.timerEvents.map(({ id }) => id));
  const ofTimers = run.agreedAt === undefined ? standing.filter(({ id }) => timers.has(id)) : [];
  const { open } = sortTimerEvents(run.device, run.fences, ofTimers);
  const kept = new Set(open.map(({ id }) => id));
  const settled = standing.filter(({ id }) => !kept.has(id));
  const isLate = ({ decidedAt }: Transition) => !(run.isNewestFresh && decidedAt === head.newestAt);
  return { open, changes: changesOf(settled, run.transitions, isLate) };
}

/** The actions that count for the cooldowns of some changes. */
async function firingsOf({ tenant, device }: Setting, changes: readonly Change[]): Promise<Firings> {
  const firings: Firings = new Map();
  const asked = changes.flatMap((change) => ('transition' in change ? [change.transition] : []));
  const read = async ({ geofenceId, occurredAt }: Transition) => {
    const found = await firedAround(tenant.reference, device.id, geofenceId, occurredAt);
    firings.set(geofenceId, [...new Set([...(firings.get(geofenceId) ?? []), ...found])]);
  };
  await Promise.all(asked.map(read));
  return firings;
}
