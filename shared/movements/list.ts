import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import { notFound } from '../problems/problem.ts';
import { kept } from '../table/expressions.ts';
import type { Span } from '../table/ids.ts';
import type { Partition } from '../table/key.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { geofenceEventShards, instantsIn, locationKeys } from '../table/keys/locations.ts';
import { pageOfPartitions } from '../table/merged-page.ts';
import { type PageRequest, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import { type GeofenceEventRow, showEvent } from './event.ts';

/** Events of a device, or at a geofence; the newest `occurredAt` first. */

const main = new Table('main');
const telemetry = new Table('telemetry');

/** Attributes that an event must have. */
interface EventFilters {
  readonly type?: string | undefined;
  readonly geofenceId?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly actionFired?: boolean | undefined;
  readonly late?: boolean | undefined;
}

interface Asked extends EventFilters {
  readonly occurred: Span | undefined;
}

async function pageOf(
  { tenant }: Caller,
  partitions: readonly Partition[],
  { occurred, ...equal }: Asked,
  page: PageRequest,
) {
  const between = occurred && instantsIn(occurred.from, occurred.to);
  const found = await pageOfPartitions<GeofenceEventRow>(telemetry, partitions, page, {
    filter: kept({ ...equal }),
    between,
  });
  return showPage(found, (row) => showEvent(tenant.id, row));
}

/** @throws NOT_FOUND */
async function ofDevice(caller: Caller, deviceId: string, asked: Asked, page: PageRequest) {
  const device = await requireEntity(devices, caller.tenant, deviceId);
  requireVisible(caller, device);
  return await pageOf(caller, [locationKeys.events(caller.tenant.reference, deviceId)], asked, page);
}

/** @throws NOT_FOUND */
async function atGeofence(caller: Caller, geofenceId: string, asked: Asked, page: PageRequest) {
  const { reference } = caller.tenant;
  if (!(await main.get(geofenceKeys.thin(reference, geofenceId)))) throw notFound('geofence');
  const partitions = Array.from({ length: geofenceEventShards }, (_, shard) =>
    locationKeys.geofenceEvents(reference, geofenceId, shard),
  );
  return await pageOf(caller, partitions, asked, page);
}

const tables = { main: ['GetItem'], telemetry: ['Query'] } as const;

export const listDeviceEvents = defineCapability({ tables, raises: ['NOT_FOUND'], open: () => ({ list: ofDevice }) });

export const listGeofenceEvents = defineCapability({
  tables,
  raises: ['NOT_FOUND'],
  open: () => ({ list: atGeofence }),
});
