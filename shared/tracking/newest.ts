import { pointKey, pointRow, type StoredPoint, shownPoint } from '../locations/row.ts';
import { type GeofenceEventRow, isStanding } from '../movements/event.ts';
import { locationKeys } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { Device, type DeviceState } from '../transitions/device.ts';
import type { Fence } from '../transitions/fence.ts';
import { addToEnded, countInTrips, writesOfPoint } from '../trips/points.ts';
import { mostStateBytes, mostStaysBeside, mostWrites, moveHead, moveStays, writesOfMove } from './commit.ts';
import { type Change, changesOf, eventsOf, type Recorded, type Scene, writeEvents, writesOfEvent } from './events.ts';
import { type Head, timerEventOf } from './head.ts';
import { sessionsOf } from './sessions.ts';
import { pointsPerState, writePairs, writeState } from './state.ts';
import {
  type Around,
  type Firings,
  fencesOf,
  forgetOthers,
  idsAround,
  type KnownFences,
  lastFired,
} from './surroundings.ts';
import { nextDue, sortTimerEvents } from './timers.ts';

/** Applies the transition rules to points that are newer than all others of their device. */

/** Everything of a scene except the geofences and the trips. */
export type Setting = Omit<Scene, 'fences' | 'sessionAt'>;

/** Called after each commit with its events and points: a race that is lost later does not undo them. */
export type OnCommit = (events: readonly Recorded[], stored: readonly StoredPoint[]) => void;

/** The result of applying one point. */
interface Outcome {
  readonly point: StoredPoint;
  /** The state after it. */
  readonly state: DeviceState;
  /** The pairs of that state as text. */
  readonly pairs: string;
  readonly changes: readonly Change[];
  /** Events of timers that the point neither confirms nor contradicts. */
  readonly timerEvents: readonly GeofenceEventRow[];
}

const telemetry = new Table('telemetry');

/**
 * Stores points, the state after them and their events, in as few transactions as they fit into.
 *
 * @param points in order of time, all newer than the newest
 * @returns the head after the last point that was stored: all are, unless the next one has too many events for a
 * transaction
 * @throws LostRace if another writer of this device was faster; what was stored before stays
 */
export async function takeNewest(
  setting: Setting,
  before: Head,
  points: readonly StoredPoint[],
  around: Around,
  onCommit: OnCommit,
): Promise<Head> {
  const ids = idsAround(
    around,
    points.map(({ fix }) => fix),
    before.state.trail,
  );
  const { fences, firings, timerEvents } = await known(setting, before, ids.flat());
  const device = new Device(before.state);
  forgetOthers(device, fences);
  let head = await moveStays(setting.tenant.reference, setting.device.id, before, device.state);
  let open: readonly GeofenceEventRow[] = timerEvents;
  let chunk: Outcome[] = [];
  const flush = async () => {
    if (chunk.length === 0) return;
    const done = await commit({ ...setting, fences }, head, chunk, firings);
    head = done.head;
    onCommit(
      done.recorded,
      chunk.map(({ point }) => point),
    );
    chunk = [];
  };
  for (const [i, point] of points.entries()) {
    const outcome = outcomeOf(device, point, ids[i]!, fences, open);
    if (writesOf(before, [outcome]) > mostWrites) break;
    const together = [...chunk, outcome];
    if (writesOf(before, together) > mostWrites || stateBytesOf(together) > mostStateBytes) await flush();
    chunk.push(outcome);
    open = outcome.timerEvents;
  }
  await flush();
  return head;
}

const writesOf = ({ trip }: Head, outcomes: readonly Outcome[]): number =>
  outcomes.reduce(
    (sum, { point, changes }) => sum + writesOfPoint(trip, point.fix) + changes.length * writesOfEvent,
    writesOfMove + mostStaysBeside,
  );

/** An upper bound: states that are the same are not stored, and long ones are compressed. */
const stateBytesOf = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((sum, { pairs }, i) => (pairs === outcomes[i - 1]?.pairs ? sum : sum + pairs.length), 0);

/** What is stored about the geofences that matter. Nothing is read if there are none. */
export async function known({ tenant, device }: Setting, head: Head, ids: readonly string[]) {
  const all = new Set([...head.state.pairs.keys(), ...head.timerEvents.map(({ geofenceId }) => geofenceId), ...ids]);
  const unknown = [...all].filter((id) => !head.fired.has(id));
  const [fences, fired, timerEvents] = await Promise.all([
    fencesOf(tenant.reference, all),
    lastFired(tenant.reference, device.id, unknown),
    timerEventsOf({ tenant, device }, head),
  ]);
  const firings: Firings = new Map([...head.fired, ...fired]);
  return { fences, firings, timerEvents };
}

/** The events that the head names, as they are stored. */
async function timerEventsOf({ tenant, device }: Pick<Setting, 'tenant' | 'device'>, { timerEvents }: Head) {
  if (timerEvents.length === 0) return [];
  const keys = timerEvents.map(({ occurredAt, id }) => locationKeys.event(tenant.reference, device.id, occurredAt, id));
  const rows = await telemetry.getMany<GeofenceEventRow>(keys);
  return rows.filter((row) => row !== undefined).filter(isStanding);
}

/** The geofences that a point is checked against: those around it, and those where the device has a state. */
export function fencesFor(device: Device, ids: readonly string[], fences: KnownFences): Fence[] {
  const all = new Set([...ids, ...device.state.pairs.keys()]);
  return [...all].flatMap((id) => fences.get(id)?.fence ?? []);
}

function outcomeOf(
  device: Device,
  point: StoredPoint,
  ids: readonly string[],
  fences: KnownFences,
  timerEvents: readonly GeofenceEventRow[],
): Outcome {
  const transitions = device.advance(point.fix, fencesFor(device, ids, fences));
  const { open, settled } = sortTimerEvents(device, fences, timerEvents);
  const changes = changesOf(settled, transitions, () => false);
  const { state } = device;
  return { point, state, pairs: writePairs(state.pairs), changes, timerEvents: open };
}

async function commit(
  setting: Setting & Pick<Scene, 'fences'>,
  head: Head,
  chunk: readonly Outcome[],
  firings: Firings,
) {
  const { tenant, device, receivedAt, retentionDays, fences } = setting;
  const [counted, sessionAt] = await Promise.all([
    countInTrips(
      tenant.reference,
      device.id,
      head,
      chunk.map(({ point }) => point.fix),
    ),
    sessionsOf(
      setting,
      head,
      chunk.flatMap(({ changes }) => changes),
    ),
  ]);
  const scene: Scene = { ...setting, sessionAt };
  const transaction = new Transaction();
  const recorded: Recorded[] = [];
  let { pointsSinceState } = head;
  let pairs = head.sequence === 0 ? undefined : writePairs(head.state.pairs);
  for (const { point, state, pairs: after, changes } of chunk) {
    const isSame = after === pairs && pointsSinceState + 1 < pointsPerState;
    pointsSinceState = isSame ? pointsSinceState + 1 : 0;
    pairs = after;
    const row = { ...pointRow(point, retentionDays), ...(isSame ? {} : { state: writeState(state) }) };
    transaction.put(telemetry, pointKey(tenant.reference, device.id, point.fix), row);
    recorded.push(...writeEvents(transaction, scene, changes, firings));
  }
  const { point, state, timerEvents } = chunk.at(-1)!;
  const next: Head = {
    ...head,
    sequence: head.sequence + 1,
    firstAt: head.firstAt ?? chunk[0]!.point.fix.at,
    newestAt: point.fix.at,
    state,
    fired: new Map(firings),
    pointsSinceState,
    timerEvents: timerEvents.map(timerEventOf),
    dueAt: nextDue(state, fences, timerEvents),
    lastSeenAt: Math.max(head.lastSeenAt ?? 0, receivedAt),
    trip: counted.trip,
  };
  addToEnded(transaction, tenant.reference, device.id, counted);
  const events = chunk.reduce((sum, { changes }) => sum + eventsOf(changes), 0);
  moveHead(transaction, tenant.reference, device.id, head, next, { newest: shownPoint(point), events });
  await transaction.commit();
  return { head: next, recorded };
}
