import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { readDevice } from '../devices/stored.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import type { BoundingBox } from '../geo/box.ts';
import { pagesOfPoints } from '../locations/history.ts';
import { fixOf } from '../locations/row.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { tripKeys } from '../table/keys/trips.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Current, readCurrent } from '../trips/current.ts';
import { requireTrip } from '../trips/read.ts';
import { isKept, legsOf, type TripRow } from '../trips/trip.ts';
import { type Head, headsAfter } from './located.ts';
import { Line, lineMeetsBox, type Positions } from './track-line.ts';

/**
 * Features of the collection `tracks`: one for each trip of a device with at least two points, the newest device first
 * and its newest trip first. Lines are drawn from the stored points when they are asked for, so a page ends when it has
 * read enough of them.
 */

export interface TrackFilters {
  readonly deviceId?: string | undefined;
  readonly started?: Span | undefined;
  readonly bbox?: BoundingBox | undefined;
}

/** A trip with its line. */
export interface Track {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly trip: TripRow;
  readonly current: Current | undefined;
  readonly positions: Positions;
  /** Whether the line leaves out points. */
  readonly isSimplified: boolean;
}

type Drawn = Omit<Track, 'deviceName'>;

const main = new Table('main');
const headsAWave = 500;
const tripsAWave = 25;
/** The most that a page reads: heads of devices, queries of trips and legs, points. The last track is read whole. */
const mostHeads = 10_000;
const mostQueries = 500;
const mostPoints = 50_000;
/** The line of a longer track ends after this many points. */
const mostOfTrack = 100_000;

const separator = '.';
export const trackId = (deviceId: string, tripId: string): string => `${deviceId}${separator}${tripId}`;

/** How much a page has read. */
class Effort {
  heads = 0;
  queries = 0;
  points = 0;

  get isSpent(): boolean {
    return this.heads >= mostHeads || this.queries >= mostQueries || this.points >= mostPoints;
  }
}

async function drawn(
  tenant: TenantReference,
  deviceId: string,
  head: Head,
  trip: TripRow,
  effort: Effort,
): Promise<Drawn | undefined> {
  const line = new Line();
  const { firstAt = 0, newestAt = -1 } = head;
  let read = 0;
  for (const leg of legsOf(trip)) {
    if (read >= mostOfTrack) break;
    effort.queries += 1;
    const span = { from: Math.max(leg.from, firstAt), to: Math.min(leg.to, newestAt) };
    for await (const page of pagesOfPoints(tenant, deviceId, span)) {
      for (const row of page) {
        const { longitude, latitude } = fixOf(row);
        line.add([longitude, latitude]);
      }
      read += page.length;
      if (read >= mostOfTrack) break;
    }
  }
  effort.points += read;
  const isSimplified = line.isThinned || read >= mostOfTrack;
  const { positions } = line;
  return positions && { deviceId, trip, current: readCurrent(head), positions, isSimplified };
}

/** Draws the trips of one device that come after `begin`. Returns where to continue if it has to stop. */
async function drawDevice(
  tenant: TenantReference,
  { id, head }: { readonly id: string; readonly head: Head },
  { started, bbox }: TrackFilters,
  begin: string | undefined,
  most: number,
  found: Drawn[],
  effort: Effort,
): Promise<string | undefined> {
  let after = begin;
  do {
    effort.queries += 1;
    const page = await main.query<TripRow>(tripKeys.trips(tenant, id), {
      descending: true,
      pageSize: tripsAWave,
      ...(started ? { between: idsCreatedIn(started) } : {}),
      ...(after === undefined ? {} : { after }),
    });
    for (const trip of page.rows.filter(isKept)) {
      if (found.length >= most || effort.isSpent) return trackId(id, after ?? '~');
      const track = await drawn(tenant, id, head, trip, effort);
      if (track && (!bbox || lineMeetsBox(track.positions, bbox))) found.push(track);
      after = trip.sk;
    }
    after = page.next;
  } while (after !== undefined);
  return undefined;
}

/** Reads a position: the device to continue after, or the device whose trips the last page has not finished. */
async function interrupted(caller: Caller, position: string | undefined) {
  const [deviceId = '', after] = position?.split(separator) ?? [];
  if (after === undefined) return { after: deviceId || undefined, device: undefined, trip: undefined };
  const { devices: read } = await headsAfter(caller, { deviceId }, { limit: 1, after: undefined });
  return { after: deviceId, device: read[0], trip: after };
}

async function list(caller: Caller, filters: TrackFilters, page: PageRequest): Promise<PageResult<Track>> {
  const [{ reference }, { limit }] = [caller.tenant, page];
  const found: Drawn[] = [];
  const effort = new Effort();
  const begin = await interrupted(caller, page.after);
  let stoppedAt =
    begin.device && (await drawDevice(reference, begin.device, filters, begin.trip, limit, found, effort));
  let [after, isEnd] = [begin.after, false];
  while (stoppedAt === undefined && !isEnd && found.length < limit && !effort.isSpent) {
    const wave = await headsAfter(caller, filters, { limit: headsAWave, after });
    effort.heads += wave.examined;
    for (const device of wave.devices.filter(({ head }) => head.trip !== undefined)) {
      stoppedAt = await drawDevice(reference, device, filters, undefined, limit, found, effort);
      if (stoppedAt !== undefined) break;
    }
    after = wave.after;
    isEnd = after === undefined;
  }
  const next = stoppedAt ?? (isEnd ? undefined : after);
  const rows = await named(reference, found);
  return {
    rows: rows.map((item) => ({ position: trackId(item.deviceId, item.trip.sk), item })),
    more: next !== undefined,
    next,
    total: page.counted && next === undefined ? rows.length : undefined,
    totalCapped: page.counted && next !== undefined,
  };
}

/** Without the tracks of devices that were deleted meanwhile. */
async function named(tenant: TenantReference, tracks: readonly Drawn[]): Promise<Track[]> {
  const ids = [...new Set(tracks.map(({ deviceId }) => deviceId))];
  const bodies = await main.getMany(ids.map((id) => entityKeys.body(tenant, devices.name, id)));
  const names = new Map(bodies.flatMap((body, i) => (body ? [[ids[i]!, readDevice(body).values.name]] : [])));
  return tracks.flatMap((track) => {
    const deviceName = names.get(track.deviceId);
    return deviceName === undefined ? [] : [{ ...track, deviceName }];
  });
}

/** @throws NOT_FOUND */
async function get(caller: Caller, featureId: string): Promise<Track> {
  const [deviceId = '', tripId] = featureId.split(separator);
  if (!tripId) throw notFound('feature');
  const { tenant } = caller;
  const [found, head = {}] = await Promise.all([
    requireEntity(devices, tenant, deviceId),
    main.get<Head>(deviceKeys.head(tenant.reference, deviceId)),
  ]);
  const { name: deviceName } = requireVisible(caller, found);
  const { row } = await requireTrip(tenant.reference, deviceId, tripId);
  const track = await drawn(tenant.reference, deviceId, head, row, new Effort());
  if (!track) throw notFound('feature');
  return { ...track, deviceName };
}

export const readTrackFeatures = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'], telemetry: ['Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ list, get }),
});
