import { type GeofenceEventRow, isStanding } from '../movements/event.ts';
import { setAll } from '../table/expressions.ts';
import { instantsIn, lastInstant, locationKeys } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Transition } from '../transitions/transition.ts';
import { mostStateBytes, mostStaysBeside, mostWrites, moveHead, moveStays, writesOfMove } from './commit.ts';
import { evaluateAgain, type Run } from './evaluate-again.ts';
import { type Change, changesOf, eventsOf, type Recorded, writeEvents, writesOfEvent } from './events.ts';
import { type Head, type TimerEvent, timerEventOf } from './head.ts';
import { identityOf } from './identity.ts';
import type { OnCommit, Setting } from './newest.ts';
import { sessionsOf } from './sessions.ts';
import { type Firings, firedAround } from './surroundings.ts';
import { nextDue, sortTimerEvents } from './timers.ts';

/**
 * Applies the transition rules again from a point that was stored later than its time, up to the first point at which
 * the states are the same again, and brings the events in line with that.
 */

const telemetry = new Table('telemetry');

/**
 * @param head with points that wait
 * @throws LostRace if another writer of this device was faster; then the run must be repeated
 */
export async function correctEvents(setting: Setting, head: Head, onCommit: OnCommit = () => undefined): Promise<Head> {
  const run = await evaluateAgain(setting, head);
  const { open, changes } = await compare(setting, head, run);
  const [firings, sessionAt] = await Promise.all([firingsOf(setting, changes), sessionsOf(setting, head, changes)]);
  const scene = { ...setting, fences: run.fences, sessionAt };
  const { reference } = setting.tenant;
  // The next point reads again when these actions were fired.
  const fired = new Map([...head.fired].filter(([id]) => !firings.has(id)));
  const last = finalHead({ ...head, fired }, run, open, setting.receivedAt);
  // After a crash between two of these transactions, the next run starts at the same point, finds the events already
  // written, and ends where this run would have; without `rerunUntil`, it could stop earlier, at a state of this run.
  const again = { rerunFrom: head.rerunFrom, rerunUntil: run.agreedAt === undefined ? head.newestAt : head.rerunUntil };
  let now = await moveStays(reference, setting.device.id, { ...head, ...again }, last.state);
  let transaction = new Transaction();
  let [events, bytes] = [0, 0];
  let recorded: Recorded[] = [];
  const flush = async (next: Head) => {
    const sequence = now.sequence + 1;
    moveHead(transaction, reference, setting.device.id, now, { ...next, sequence }, { events });
    [events, bytes] = [0, 0];
    await transaction.commit();
    onCommit(recorded, []);
    recorded = [];
    now = { ...next, sequence };
    transaction = new Transaction();
  };
  const makeRoom = async (writes: number, timerEvents: readonly TimerEvent[], more = 0) => {
    const needed = transaction.size + writes + writesOfMove + mostStaysBeside;
    if (needed > mostWrites || bytes + more > mostStateBytes) {
      await flush({ ...last, ...again, timerEvents, dueAt: head.dueAt });
    }
    bytes += more;
  };
  for (const change of changes) {
    await makeRoom(writesOfEvent, head.timerEvents);
    recorded.push(...writeEvents(transaction, scene, [change], firings));
    events += eventsOf([change]);
  }
  // The last one first, so that a repeated run meets no new state before an old one.
  for (const { at, state } of run.rows.toReversed()) {
    await makeRoom(1, last.timerEvents, state?.length);
    const key = locationKeys.point(reference, setting.device.id, at);
    transaction.update(telemetry, key, setAll(state === undefined ? {} : { state }, ['waits']));
  }
  await flush(last);
  return now;
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

/** What the run changes about the events that stand. */
async function compare(setting: Setting, head: Head, run: Run) {
  const { tenant, device } = setting;
  const partition = locationKeys.events(tenant.reference, device.id);
  const rows = await telemetry.queryAll<GeofenceEventRow>(partition, {
    between: instantsIn(run.earliest, lastInstant),
  });
  const decided = new Set(run.transitions.map(identityOf));
  const timers = new Set(head.timerEvents.map(({ id }) => id));
  const isConcerned = (event: GeofenceEventRow) => {
    const from = run.takesPartFrom(event.geofenceId);
    if (from === undefined) return false;
    // An event of a timer, which no point has decided yet, may be older than the run.
    if (decided.has(identityOf(event)) || (run.agreedAt === undefined && timers.has(event.id))) return true;
    return event.decidedAt >= from && event.decidedAt <= (run.agreedAt ?? Number.POSITIVE_INFINITY);
  };
  const standing = rows.filter((row) => isStanding(row) && isConcerned(row));
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
