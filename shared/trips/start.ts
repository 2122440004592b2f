import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireVisible } from '../devices/visible.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { touched, writeEntity } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { publish } from '../outbox/publish.ts';
import { invalidFields, problem } from '../problems/problem.ts';
import { idAfter, newId } from '../table/ids.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { type Current, isOpen, moveCurrent, readCurrent } from './current.ts';
import { type Known, readKnown } from './read.ts';
import { Tally } from './tally.ts';
import type { TripBody, TripRow } from './trip.ts';
import { type ShownTrip, showTrip, type TripDraft } from './wire.ts';

const main = new Table('main');

/** A start that is possible now. */
interface Start {
  /** The id of the trip: ids are in the order of the trips, even if two start at one instant. */
  readonly id: string;
  readonly startedAt: number;
  /** The first instant that belongs to the trip. */
  readonly from: number;
}

const refused = (type: string, msg: string) => invalidFields([{ type, loc: ['body', 'startedAt'], msg }]);

/** @throws INVALID_TRANSITION, VALIDATION_ERROR */
function startOf(given: number | undefined, current: Current | undefined): Start {
  if (isOpen(current)) {
    const details = { from: current.status, to: 'ACTIVE' };
    throw problem('INVALID_TRANSITION', 'The device has a session that is open; end it first.', details);
  }
  const startedAt = given ?? Math.max(Date.now(), current?.at ?? 0);
  if (!current) return { id: newId(startedAt), startedAt, from: startedAt };
  if (startedAt < current.at) throw refused('too_small', 'Should not be before the end of the last session');
  const from = Math.max(startedAt, (current.until ?? current.at) + 1);
  return { id: idAfter(current.id, startedAt), startedAt, from };
}

/** Writes a new trip, with the points that belong to it already. */
async function begin(
  actor: Actor,
  { device, head }: Known,
  { id, startedAt, from }: Start,
  draft: TripDraft,
  tally: Tally,
  once: Recording,
): Promise<ShownTrip> {
  const { reference } = actor.tenant;
  await tally.countUpTo(reference, device.id, head);
  const { points, millimeters, last } = tally;
  const now = Date.now();
  const row: TripRow = {
    sk: id,
    ...(draft.name === undefined ? {} : { name: draft.name }),
    status: 'ACTIVE',
    startedAt,
    from,
    pauses: '[]',
    points: 0,
    millimeters: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const body: TripBody = { metadata: JSON.stringify(draft.metadata ?? {}), notes: '' };
  const shown = showTrip(device.id, row, body, tally);
  const values = { ...device.values, activeSessionId: row.sk };
  await writeEntity(devices, actor, device, touched(device, values), (transaction) => {
    transaction.put(main, tripKeys.trip(reference, device.id, row.sk), { ...row });
    transaction.put(main, tripKeys.tripBody(reference, device.id, row.sk), { ...body });
    moveCurrent(transaction, reference, device.id, head, {
      id: row.sk,
      status: 'ACTIVE',
      at: from,
      points,
      millimeters,
      last,
    });
    recordEvent(transaction, actor, {
      action: 'session.start',
      resourceType: 'session',
      resourceId: row.sk,
      changes: { deviceId: [null, device.id], startedAt: [null, shown.startedAt] },
    });
    publish(transaction, actor.tenant, {
      id: newId(now),
      type: 'session.started',
      subject: device.id,
      data: shown,
      about: { device_ids: [device.id] },
    });
    once.record(transaction, { status: 201, body: shown });
  });
  return shown;
}

/**
 * Starts a trip.
 *
 * @param id of the trip, for one of the demo, whose ids are always the same; it begins with the instant of the start
 * @throws NOT_FOUND, INVALID_TRANSITION while another one is open, VALIDATION_ERROR for an impossible instant
 */
async function start(
  caller: Caller,
  deviceId: string,
  draft: TripDraft,
  once: Recording,
  id?: string,
): Promise<ShownTrip> {
  let tally: { readonly from: number; readonly of: Tally } | undefined;
  return await retryingRaces(async () => {
    const known = await readKnown(caller.tenant, deviceId);
    requireVisible(caller, known.device);
    const begins = startOf(draft.startedAt, readCurrent(known.head));
    if ((draft.startedAt ?? 0) > Date.now()) throw refused('too_large', 'Should not be in the future');
    if (tally?.from !== begins.from) tally = { from: begins.from, of: new Tally(begins.from) };
    return await begin(caller, known, id === undefined ? begins : { ...begins, id }, draft, tally.of, once);
  });
}

/** Starts a trip at the instant that the device reports; the caller has made sure that none is open or later. */
export async function startAt(
  actor: Actor,
  known: Known,
  at: number,
  name: string | undefined,
  once: Recording,
): Promise<void> {
  const begins = startOf(at, readCurrent(known.head));
  await begin(actor, known, begins, name === undefined ? {} : { name }, new Tally(begins.from), once);
}

export const startTrips = defineCapability({
  tables: together([tablesOf(devices, 'change'), { main: ['GetItem', 'PutItem', 'UpdateItem'], telemetry: ['Query'] }]),
  raises: ['NOT_FOUND', 'INVALID_TRANSITION', 'VALIDATION_ERROR'],
  open: () => ({ start }),
});
