import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import type { ShownPoint } from '../devices/point.ts';
import type { StoredDevice } from '../devices/stored.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import type { SeriesPage } from '../http/series.ts';
import { readPoints } from '../locations/history.ts';
import { type PointRow, showRow } from '../locations/row.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { getUntilFull, type PageRequest, pageOfPartition, readThrough } from '../table/page.ts';
import { retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { countOf, readCurrent, type TripHead } from './current.ts';
import { isKept, legsOf, type TripBody, type TripRow, type TripStatus } from './trip.ts';
import { type ShownTrip, showTrip } from './wire.ts';

/** Reads trips of devices. */

const main = new Table('main');
const bodiesAWave = 50;

/** A device and what its head knows of trips. */
export interface Known {
  readonly device: StoredDevice;
  readonly head: TripHead;
}

/** @throws NOT_FOUND */
export async function readKnown(tenant: Tenant, deviceId: string): Promise<Known> {
  const [device, head = {}] = await Promise.all([
    requireEntity(devices, tenant, deviceId),
    main.get<TripHead>(deviceKeys.head(tenant.reference, deviceId)),
  ]);
  return { device, head };
}

async function readVisible(caller: Caller, deviceId: string): Promise<Known> {
  const known = await readKnown(caller.tenant, deviceId);
  requireVisible(caller, known.device);
  return known;
}

/** @throws NOT_FOUND */
export async function requireTrip(
  tenant: TenantReference,
  deviceId: string,
  id: string,
): Promise<{ readonly row: TripRow; readonly body: TripBody | undefined }> {
  const keys = [tripKeys.trip(tenant, deviceId, id), tripKeys.tripBody(tenant, deviceId, id)];
  const [row, body] = (await main.getMany(keys)) as unknown as [TripRow | undefined, TripBody | undefined];
  if (!row || !isKept(row)) throw notFound('session');
  return { row, body };
}

async function get(caller: Caller, deviceId: string, id: string): Promise<ShownTrip> {
  return await retryingRaces(async () => {
    const { head } = await readVisible(caller, deviceId);
    const { row, body } = await requireTrip(caller.tenant.reference, deviceId, id);
    return showTrip(deviceId, row, body, countOf(row, readCurrent(head)));
  });
}

interface Asked {
  readonly status?: TripStatus | undefined;
  /** When they started. */
  readonly started: Span | undefined;
}

function filterOf({ status }: Asked): Expression {
  const kept = '(attribute_not_exists(#ttl) OR #ttl > :now)';
  return {
    expression: status === undefined ? kept : `${kept} AND #status = :status`,
    names: { '#ttl': 'ttl', ...(status === undefined ? {} : { '#status': 'status' }) },
    values: { ':now': Math.floor(Date.now() / 1000), ...(status === undefined ? {} : { ':status': status }) },
  };
}

/** The last one started first. */
const list = (caller: Caller, deviceId: string, asked: Asked, page: PageRequest) =>
  retryingRaces(() => pageOf(caller, deviceId, asked, page));

async function pageOf(caller: Caller, deviceId: string, asked: Asked, page: PageRequest) {
  const { head } = await readVisible(caller, deviceId);
  const current = readCurrent(head);
  const { reference } = caller.tenant;
  const selection = { filter: filterOf(asked), between: asked.started && idsCreatedIn(asked.started) };
  return await readThrough(
    page,
    (request) => pageOfPartition<TripRow>(main, tripKeys.trips(reference, deviceId), request, selection),
    async (rows) => {
      const keys = rows.map(({ item }) => tripKeys.tripBody(reference, deviceId, item.sk));
      const bytesOf = ({ metadata, notes }: TripBody) => metadata.length + notes.length;
      const bodies = await getUntilFull<TripBody>(main, keys, bodiesAWave, bytesOf);
      const shown = bodies.map((body, i) => {
        const { position, item } = rows[i]!;
        return { position, item: showTrip(deviceId, item, body, countOf(item, current)) };
      });
      return { rows: shown, isFull: bodies.length < rows.length };
    },
  );
}

interface TrackAsked {
  readonly span: Span | undefined;
  readonly limit: number;
  /** The position after which the page begins. */
  readonly after: string | undefined;
}

/** The points of a trip, in order of time. */
async function track(
  caller: Caller,
  deviceId: string,
  id: string,
  { span, limit, after }: TrackAsked,
): Promise<SeriesPage<ShownPoint>> {
  const { reference } = caller.tenant;
  const { head } = await readVisible(caller, deviceId);
  const { row } = await requireTrip(reference, deviceId, id);
  const { firstAt, newestAt } = head;
  if (firstAt === undefined || newestAt === undefined) return { rows: [], more: false };
  const earliest = Math.max(span?.from ?? 0, after === undefined ? 0 : Number(after) + 1);
  const latest = Math.min(span?.to ?? Number.POSITIVE_INFINITY, newestAt);
  const rows: PointRow[] = [];
  for (const leg of legsOf(row)) {
    const part = { from: Math.max(leg.from, earliest), to: Math.min(leg.to, latest) };
    const asked = { span: part, order: 'asc', limit: limit - rows.length, after: undefined } as const;
    rows.push(...(await readPoints(reference, deviceId, { from: firstAt, to: newestAt }, asked)));
    if (rows.length > limit) break;
  }
  const shown = rows.slice(0, limit).map((point) => ({ position: point.sk, item: showRow(point) }));
  return { rows: shown, more: rows.length > limit };
}

export const readTrips = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get, list }),
});

export const readTracks = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem'], telemetry: ['Query'] },
  raises: ['NOT_FOUND', 'CURSOR_INVALID'],
  open: () => ({ track }),
});
