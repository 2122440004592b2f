import { devices } from '../../../shared/devices/devices.ts';
import { creates } from '../../../shared/entity/create.ts';
import { findEntity } from '../../../shared/entity/rows.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { StoredPoint } from '../../../shared/locations/row.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { tripKeys } from '../../../shared/table/keys/trips.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Table } from '../../../shared/table/table.ts';
import { ingest } from '../../../shared/tracking/ingest.ts';
import { subjectOf } from '../../../shared/tracking/subject.ts';
import type { Fix } from '../../../shared/transitions/fence.ts';
import { readCurrent, type TripHead } from '../../../shared/trips/current.ts';
import { driveTrips } from '../../../shared/trips/drive.ts';
import { endTrips } from '../../../shared/trips/end.ts';
import { pauseTrips, resumeTrips } from '../../../shared/trips/pause.ts';
import { readTracks, readTrips } from '../../../shared/trips/read.ts';
import { startTrips } from '../../../shared/trips/start.ts';
import type { TripRow } from '../../../shared/trips/trip.ts';
import { caller } from '../support/people.ts';

/** One device, its points and its trips. */

const main = new Table('main');
export const owner = caller();
const { tenant, workspace } = owner;

export const page = { limit: 200, offset: 0, after: undefined, counted: true };

export async function newOuting() {
  await main.put(workspaceKeys.workspace(tenant.reference), { ...workspace });
  const { id } = await creates(devices).open().create(owner, { name: 'Van 7' }, unrecorded);
  const device = async () => (await findEntity(devices, tenant.reference, id))!;
  return {
    id,
    device,
    take: async (fixes: readonly Fix[], receivedAt = Date.now()) => {
      const points = fixes.map((fix): StoredPoint => ({ fix, more: undefined })).sort((a, b) => a.fix.at - b.fix.at);
      const read = async () => subjectOf(owner, workspace, await device(), receivedAt);
      return await ingest(tenant.reference, id, read, points, { fresh: true });
    },
    start: (startedAt?: number) => startTrips.open().start(owner, id, { startedAt }, unrecorded),
    pause: (trip: string) => pauseTrips.open().pause(owner, id, trip),
    resume: (trip: string) => resumeTrips.open().resume(owner, id, trip),
    end: (trip: string) => endTrips.open().end(owner, id, trip),
    drive: (step: 'start' | 'pause' | 'resume' | 'end', at: number) =>
      driveTrips.open().drive(owner, id, step, at, unrecorded),
    get: (trip: string) => readTrips.open().get(owner, id, trip),
    /** In order of their starts. */
    all: async () =>
      (await readTrips.open().list(owner, id, { started: undefined }, page)).rows.map(({ item }) => item).reverse(),
    track: async (trip: string, limit = 7) => {
      const instants: string[] = [];
      let after: string | undefined;
      for (;;) {
        const { rows, more } = await readTracks.open().track(owner, id, trip, { span: undefined, limit, after });
        instants.push(...rows.map(({ item }) => item.recordedAt));
        after = rows.at(-1)?.position;
        if (!more) return instants;
      }
    },
    /** To the millimetre. */
    count: async (trip: string) => {
      const row = (await main.get<TripRow>(tripKeys.trip(tenant.reference, id, trip)))!;
      const head = await main.get<TripHead>(deviceKeys.head(tenant.reference, id));
      const { points, millimeters } = row.status === 'ENDED' ? row : readCurrent(head!)!;
      return { points, millimeters };
    },
  };
}
export type Outing = Awaited<ReturnType<typeof newOuting>>;
