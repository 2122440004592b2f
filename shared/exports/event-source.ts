import type { TableRow } from '../archives/tables.ts';
import type { DeviceEventRow } from '../events/device-event.ts';
import { parseExactly } from '../json/exact.ts';
import { type GeofenceEventRow, showEvent } from '../movements/event.ts';
import { kept } from '../table/expressions.ts';
import type { Partition } from '../table/key.ts';
import { deviceEventKeys } from '../table/keys/device-events.ts';
import { geofenceEventShards, instantsIn, locationKeys } from '../table/keys/locations.ts';
import { pageOfPartitions } from '../table/merged-page.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { Place } from './below.ts';
import { type Asked, inSeries, type SeriesPage, type Source } from './source.ts';

/** What happened: what devices sent as events, and what they did at geofences. */

const telemetry = new Table('telemetry');
const rowsPerPage = 500;

type Stored = (GeofenceEventRow | (DeviceEventRow & { readonly sk: string })) & { readonly sk: string };

function partitionsOf(tenant: TenantReference, { type, id }: Place): Partition[] {
  if (type === 'DEVICE') return [locationKeys.events(tenant, id), deviceEventKeys.events(tenant, id)];
  return Array.from({ length: geofenceEventShards }, (_, shard) => locationKeys.geofenceEvents(tenant, id, shard));
}

async function* pagesOf({ tenant, from, to }: Asked, place: Place, beginning?: string): AsyncGenerator<SeriesPage> {
  const partitions = partitionsOf(tenant.reference, place);
  let after = beginning;
  for (let more = true; more; ) {
    const page = await pageOfPartitions<Stored>(
      telemetry,
      partitions,
      { limit: rowsPerPage, offset: 0, after, counted: false },
      { filter: kept(), between: instantsIn(from, to - 1), descending: false },
    );
    const last = page.next ?? page.rows.at(-1)?.position;
    if (last === undefined) return;
    yield { rows: page.rows.map(({ item }) => rowOf(tenant.id, place, item)), after: last };
    [after, more] = [last, page.more];
  }
}

function rowOf(tenantId: string, place: Place, event: Stored): TableRow {
  const times = [printInstant(event.occurredAt), printInstant(event.receivedAt)] as const;
  if ('geofenceId' in event) {
    const { id, type, deviceId, geofenceId } = event;
    const { sk: _sk, ttl: _ttl, ...record } = withoutPartition(event);
    return [id, `geofence.${type}`, 'GEOFENCE', 'INFO', deviceId, geofenceId, ...times, showEvent(tenantId, record)];
  }
  const data = parseExactly(event.data) as object;
  return [event.id, `device.${event.type}`, 'DEVICE', event.severity, place.id, null, ...times, data];
}

/** The attributes of a row without its partition key. */
function withoutPartition<E extends object>(row: E): E {
  const { pk: _pk, ...rest } = row as E & { pk?: unknown };
  return rest as E;
}

export const eventSource: Source = {
  name: 'events',
  columns: ['id', 'type', 'source', 'severity', 'device_id', 'geofence_id', 'occurred_at', 'received_at', 'data_json'],
  tables: { main: ['Query'], telemetry: ['Query'] },
  pages: (asked, from) => inSeries([asked.scopeType === 'GEOFENCE' ? 'GEOFENCE' : 'DEVICE'], pagesOf)(asked, from),
};
