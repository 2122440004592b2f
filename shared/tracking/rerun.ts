import { type GeofenceEventRow, isStanding } from '../movements/event.ts';
import { setAll } from '../table/expressions.ts';
import { instantsIn, lastInstant, locationKeys } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Transition } from '../transitions/transition.ts';
import { mostWrites, moveHead, writesOfMove, writesOfStays } from './commit.ts';
import { type Head, timerEventOf } from './head.ts';
import { type Setting, sortTimerEvents } from './newest.ts';
import { type Run, runAgain } from './run-again.ts';
import { sessionsOf } from './sessions.ts';
import { type Change, changesOf, eventsOf, type ToldEvent, tell, writesOfEvent } from './story.ts';
import { type Firings, firedAround } from './surroundings.ts';
import { nextDue } from './timers.ts';

/**
 * Applies the transition rules again from a point that was stored later than its time, up to the first point where
 * nothing is different any more, and brings the events in line with that.
 */

const telemetry = new Table('telemetry');

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
  const [firings, sessionAt] = await Promise.all([firingsOf(setting, changes), sessionsOf(setting, head, changes)]);
  const scene = { ...setting, fences: run.fences, sessionAt };
  const told: ToldEvent[] = [];
  let now = head;
  const last = finalHead(head, run, open, setting.receivedAt);
  // A run that ends between two of these transactions is made again from the same point. It then finds the events that
  // were written. States are written from the last to the first, so that it meets no new state before an old one.
  const rows = run.rows.toReversed();
  const lastWrites = writesOfMove + writesOfStays(head.state, last.state);
  let transaction = new Transaction();
  let events = 0;
  const flush = async (next: Head) => {
    moveHead(transaction, setting.tenant.reference, setting.device.id, now, next, { events });
    events = 0;
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
    events += eventsOf([change]);
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

/** What the run changes about the events that stand. */
async function compare(setting: Setting, head: Head, run: Run) {
  const { tenant, device } = setting;
  const partition = locationKeys.events(tenant.reference, device.id);
  const rows = await telemetry.queryAll<GeofenceEventRow>(partition, {
    between: instantsIn(run.earliest, lastInstant),
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
