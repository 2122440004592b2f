import type { Caller } from '../auth/caller.ts';
import { requireVisible } from '../devices/visible.ts';
import { type Recording, unrecorded } from '../http/once.ts';
import { fixOf } from '../locations/row.ts';
import { endPointOf } from '../locations/track.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Current, countOf, moveCurrent, readCurrent } from './current.ts';
import { type Known, readKnown, requireTrip } from './read.ts';
import { Tally } from './tally.ts';
import { afterPause, type Count, lastStepOf, type TripBody, type TripRow } from './trip.ts';
import { type ShownTrip, showTrip } from './wire.ts';

/** What all steps of a trip have in common. Stored points that a step concerns are counted again. */

const main = new Table('main');

export const results = { pause: 'PAUSED', resume: 'ACTIVE', end: 'ENDED' } as const;
export type Step = keyof typeof results;

/** A trip that is open, before a step. */
export interface Scene extends Known {
  readonly current: Current;
  readonly row: TripRow;
  readonly body: TripBody | undefined;
}

/** Takes a step that is known to be possible. */
type Take = (actor: Actor, scene: Scene, at: number, once: Recording) => Promise<ShownTrip>;

/**
 * Takes a step on request, now. If the trip has the resulting status already, nothing changes.
 *
 * @param requirePossible throws what is wrong with the step now
 */
export const stepOnRequest =
  (step: Step, take: Take, requirePossible: (row: TripRow, step: Step) => void = () => undefined) =>
  async (caller: Caller, deviceId: string, id: string): Promise<ShownTrip> =>
    await retryingRaces(async () => {
      const known = await readKnown(caller.tenant, deviceId);
      requireVisible(caller, known.device);
      const { row, body } = await requireTrip(caller.tenant.reference, deviceId, id);
      const current = readCurrent(known.head);
      if (row.status === results[step]) return showTrip(deviceId, row, body, countOf(row, current));
      requirePossible(row, step);
      // The trip was started or ended between the two reads.
      if (current?.id !== id || current.status !== row.status) throw lostRace();
      const at = Math.max(Date.now(), lastStepOf(row));
      return await take(caller, { ...known, current, row, body }, at, unrecorded);
    });

/** The trip after a resume: counting continues at an instant. */
export async function resumed(tenant: TenantReference, { device, head, current }: Scene, at: number): Promise<Current> {
  const from = afterPause(current.at, at);
  const tally = new Tally(from);
  await tally.countUpTo(tenant, device.id, head);
  const points = current.points + tally.points;
  const millimeters = current.millimeters + tally.millimeters;
  return { id: current.id, status: 'ACTIVE', at: from, points, millimeters, last: tally.last };
}

/** The trip without the points after an instant. */
export async function stopped(
  tenant: TenantReference,
  scene: Scene,
  status: 'PAUSED' | 'ENDED',
  at: number,
): Promise<Current> {
  const { id, points, millimeters } = scene.current;
  const removed = await countAfter(tenant, scene, at);
  return {
    id,
    status,
    at,
    points: points - removed.points,
    millimeters: millimeters - removed.millimeters,
    last: undefined,
  };
}

/** The counts of the present leg after an instant, with the way from the last point before. */
async function countAfter(
  tenant: TenantReference,
  { device, head, current: { at: from, last } }: Scene,
  at: number,
): Promise<Count> {
  if (last === undefined || last.at <= at) return { points: 0, millimeters: 0 };
  const row = await endPointOf(tenant, device.id, { from: Math.max(from, head.firstAt ?? 0), to: at }, 'last');
  const tally = new Tally(Math.max(from, at + 1), row && fixOf(row));
  await tally.countUpTo(tenant, device.id, head);
  return tally;
}

type Changes = Partial<Omit<TripRow, 'sk' | 'status'>>;

/** Prepares the write of a step, and the trip as responses show it afterwards. */
export function written(actor: Actor, scene: Scene, step: Step, after: Current, more: Changes) {
  const { device, head, row, body } = scene;
  const { reference } = actor.tenant;
  const changes = { ...more, status: after.status, updatedAt: Date.now(), version: row.version + 1 };
  const write = (transaction: Transaction) => {
    const asRead = unchanged({ version: row.version });
    transaction.update(main, tripKeys.trip(reference, device.id, row.sk), setAll(changes), asRead, lostRace);
    moveCurrent(transaction, reference, device.id, head, after);
    recordEvent(transaction, actor, {
      action: `session.${step}`,
      resourceType: 'session',
      resourceId: row.sk,
      changes: { status: [row.status, after.status] },
    });
  };
  return { shown: showTrip(device.id, { ...row, ...changes }, body, after), write };
}
