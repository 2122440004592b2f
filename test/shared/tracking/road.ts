import { vi } from 'vitest';
import { devices } from '../../../shared/devices/devices.ts';
import { bodyRow } from '../../../shared/entity/rows.ts';
import { createGeofences } from '../../../shared/geofences/create.ts';
import { changeGeofences } from '../../../shared/geofences/update.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { StoredPoint } from '../../../shared/locations/row.ts';
import { type GeofenceEventRow, isStanding } from '../../../shared/movements/event.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { locationKeys } from '../../../shared/table/keys/locations.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Table } from '../../../shared/table/table.ts';
import { fireTimers } from '../../../shared/tracking/fire-timers.ts';
import { type HeadRow, readHead } from '../../../shared/tracking/head.ts';
import { type Ingested, ingest, type Options } from '../../../shared/tracking/ingest.ts';
import { type Subject, subjectOf } from '../../../shared/tracking/subject.ts';
import type { FenceRules, Fix } from '../../../shared/transitions/fence.ts';
import { caller } from '../support/people.ts';

/** One device in a workspace, whose points are stored as ingest stores them. */

const [main, telemetry] = [new Table('main'), new Table('telemetry')];

export interface Road {
  readonly deviceId: string;
  /** The ids of the geofences, in the order of the rules. */
  readonly ids: readonly string[];
  take(
    fixes: readonly Fix[],
    options?: Partial<Options> & { readonly receivedAt?: number },
  ): Promise<Ingested | undefined>;
  fire(): Promise<void>;
  /** Changes the geofence with this number as a request does, at the present time. */
  edit(number: number, change: object): Promise<void>;
  /** Every recorded event, in order of time. */
  events(): Promise<GeofenceEventRow[]>;
  standing(): Promise<GeofenceEventRow[]>;
  head(): Promise<ReturnType<typeof readHead>>;
}

const owner = caller();
const { tenant, workspace } = owner;

/** A body that creates a geofence with these rules. */
const bodyFor = (rules: FenceRules, i: number) => ({
  name: `Fence ${i}`,
  geometry: rules.geometry,
  noise: rules.noise,
  detectCrossing: rules.detectCrossing,
  ...(rules.dwellMilliseconds === undefined ? {} : { dwellMinutes: rules.dwellMilliseconds / 60_000 }),
});

/** @param createdAt when the geofences are created; the clock is set to it meanwhile */
export async function newRoad(rules: readonly FenceRules[], createdAt: number, more: object = {}): Promise<Road> {
  const now = Date.now();
  vi.setSystemTime(createdAt);
  await main.put(workspaceKeys.workspace(tenant.reference), { ...workspace });
  const deviceId = newId(createdAt);
  const ids: string[] = [];
  for (const [i, one] of rules.entries()) {
    const body = { ...bodyFor(one, i), ...more };
    ids.push((await createGeofences.open().create(owner, body as never, unrecorded)).id);
  }
  const values = { name: 'Van 7', status: 'ACTIVE', externalId: null } as never;
  const entity = { id: deviceId, values, links: [], createdAt, updatedAt: createdAt, version: 1, serial: undefined };
  await main.put(entityKeys.body(tenant.reference, devices.name, deviceId), bodyRow(entity));
  vi.setSystemTime(now);
  const subject = (receivedAt: number): Subject => subjectOf(owner, workspace, entity as never, receivedAt)!;
  const events = async () =>
    await telemetry.queryAll<GeofenceEventRow>(locationKeys.events(tenant.reference, deviceId));
  return {
    deviceId,
    ids,
    take: async (fixes, { receivedAt = Date.now(), ...options } = {}) => {
      const points = fixes.map((fix): StoredPoint => ({ fix, more: undefined })).sort((a, b) => a.fix.at - b.fix.at);
      const read = async () => subject(receivedAt);
      return await ingest(tenant.reference, deviceId, read, points, { fresh: true, ...options });
    },
    edit: async (number, change) => {
      await changeGeofences.open().update(owner, ids[number]!, change, 'patch', undefined);
    },
    fire: () => fireTimers.open().fire({ tenant: tenant.reference, deviceId }),
    events,
    standing: async () => (await events()).filter(isStanding),
    head: async () => readHead(await main.get<HeadRow>(deviceKeys.head(tenant.reference, deviceId))),
  };
}
