import { defineCapability } from '../capability/capability.ts';
import { isTooFarAhead } from '../devices/clock.ts';
import { devices } from '../devices/devices.ts';
import { tablesOf, together } from '../entity/grants.ts';
import type { Recording } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { isOpen, readCurrent } from './current.ts';
import { endTrip } from './end.ts';
import { hasAllPauses, pauseTrip, resumeTrip } from './pause.ts';
import { readKnown, requireTrip } from './read.ts';
import { startAt } from './start.ts';
import { results, type Step } from './step.ts';
import { lastStepOf } from './trip.ts';

/** Tracking sessions that a device starts, pauses, resumes and ends itself. */

const takes = { pause: pauseTrip, resume: resumeTrip, end: endTrip };

export type DriveStep = Step | 'start';

/**
 * Takes a step that a device reports, at the reported instant. A step that does not fit changes nothing: it was
 * reported before, it is before the last step, or the trip is in another state.
 *
 * @param once adds to the transaction of the step
 * @param name of a trip that starts
 * @returns whether the step was taken
 * @throws NOT_FOUND for a device that is deleted
 */
export async function driveTrip(
  actor: Actor,
  deviceId: string,
  step: DriveStep,
  at: number,
  once: Recording,
  name?: string,
): Promise<boolean> {
  if (at < 0 || isTooFarAhead(at, Date.now())) return false;
  return await retryingRaces(async () => {
    const known = await readKnown(actor.tenant, deviceId);
    const current = readCurrent(known.head);
    if (step === 'start') {
      if (isOpen(current) || at < (current?.at ?? 0)) return false;
      await startAt(actor, known, at, name, once);
      return true;
    }
    if (!isOpen(current) || current.status === results[step]) return false;
    const { row, body } = await requireTrip(actor.tenant.reference, deviceId, current.id);
    // The trip was changed between the two reads.
    if (current.status !== row.status) throw lostRace();
    if (at < lastStepOf(row) || (step === 'pause' && hasAllPauses(row))) return false;
    await takes[step](actor, { ...known, current, row, body }, at, once);
    return true;
  });
}

export const driveTrips = defineCapability({
  tables: together([
    tablesOf(devices, 'change'),
    { main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'], telemetry: ['Query'] },
  ]),
  open: () => ({ drive: driveTrip }),
});
