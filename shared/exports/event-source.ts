import type { TableRow } from '../archives/tables.ts';
import type { DeviceEventRow } from '../events/device-event.ts';
import { sourceOf, timelineType } from '../events/shown.ts';
import { parseExactly } from '../json/exact.ts';
import { type GeofenceEventRow, showEvent } from '../movements/event.ts';
import { kept } from '../table/expressions.ts';
import type { Partition } from '../table/key.ts';
import { deviceEventKeys } from '../table/keys/device-events.ts';
import { geofenceEventShards, instantsIn, locationKeys } from '../table/keys/locations.ts';
import { pagesOfPartitions } from '../table/merged-pages.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { ObjectBelow } from './below.ts';
import { type Asked, inSeries, type SeriesPage, type Source } from './source.ts';

/** Events that devices sent, and events of devices at geofences. */

const telemetry = new Table('telemetry');
/** For all partitions together. Large rows make smaller pages: DynamoDB reads at most 1 MB of each partition. */
const rowsPerPage = 1000;

type Stored = (GeofenceEventRow | (DeviceEventRow & { readonly sk: string })) & { readonly sk: string };

function partitionsOf(tenant: TenantReference, { type, id }: ObjectBelow): Partition[] {
  if (type === 'DEVICE') return [locationKeys.events(tenant, id), deviceEventKeys.events(tenant, id)];
  return Array.from({ length: geofenceEventShards }, (_, shard) => locationKeys.geofenceEvents(tenant, id, shard));
}

async function* pagesOf({ tenant, from, to }: Asked, object: ObjectBelow, after?: string): AsyncGenerator<SeriesPage> {
  const partitions = partitionsOf(tenant.reference, object);
  const pages = pagesOfPartitions<Stored>(telemetry, partitions, {
    filter: kept(),
    between: instantsIn(from, to - 1),
    after,
    pageSize: Math.ceil(rowsPerPage / partitions.length),
  });
  for await (const { rows, upTo } of pages)
    yield { rows: rows.map((row) => rowOf(tenant.id, object, row)), after: upTo };
}

function rowOf(tenantId: string, object: ObjectBelow, event: Stored): TableRow {
  const times = [printInstant(event.occurredAt), printInstant(event.receivedAt)] as const;
  if ('geofenceId' in event) {
    const { id, type, deviceId, geofenceId } = event;
    const { sk: _sk, ttl: _ttl, ...record } = withoutPartition(event);
    return [id, `geofence.${type}`, 'GEOFENCE', 'INFO', deviceId, geofenceId, ...times, showEvent(tenantId, record)];
  }
  const data = parseExactly(event.data) as object;
  return [event.id, timelineType(event), sourceOf(event), event.severity, object.id, null, ...times, data];
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
