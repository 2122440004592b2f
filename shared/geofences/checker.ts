import { defineCapability } from '../capability/capability.ts';
import { ladderOf } from '../geo/cells.ts';
import { geometryContains } from '../geo/contains.ts';
import { toDegrees } from '../geo/grid.ts';
import { decodeShape, shapeContains } from '../geo/posting.ts';
import { distanceMeters, roundDegrees } from '../geo/sphere.ts';
import { parseExactly } from '../json/exact.ts';
import { log } from '../log/log.ts';
import { cellKeys, mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { type BodyRow, type PostingRow, postingFormat, readBody } from './rows.ts';
import { triggers } from './wire.ts';

/** One fence that holds the point. */
export interface Match {
  readonly geofenceId: string;
  readonly geofenceName: string;
  readonly distance: number;
  readonly radiusMeters: number;
  readonly action: Readonly<Record<string, unknown>>;
  readonly triggerOn: (typeof triggers)[number];
}

export interface Matches {
  readonly matches: readonly Match[];
  /** More fences hold the point than may be answered. */
  readonly truncated: boolean;
}

const maxMatches = 1000;
/** Room for the matches in an answer of 4 MiB. */
const maxMatchBytes = 4 * 1024 * 1024 - 4096;
/** Clean-up relies on this: a wave that takes longer is abandoned, so stale postings may go after it. */
export const waveMilliseconds = 5000;

const cells = new Table('cells');
const main = new Table('main');

class GeofenceIndex {
  /** The candidates at a point: six queries in one wave, whatever the number of fences. */
  async candidates(
    tenant: TenantReference,
    latitude: number,
    longitude: number,
    signal: AbortSignal,
  ): Promise<PostingRow[]> {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(waveMilliseconds)]);
    const options = { signal: timely };
    const read = ladderOf(latitude, longitude).map((cell) =>
      cells.queryAll<PostingRow>(cellKeys.cell(tenant, cell), options),
    );
    return (await Promise.all(read)).flat();
  }

  /** The active fences among the candidates that hold the point, nearest first. */
  async matches(tenant: Tenant, latitude: number, longitude: number, rows: readonly PostingRow[]): Promise<Matches> {
    const point = { latitude: roundDegrees(latitude), longitude: roundDegrees(longitude) };
    const holding = newest(rows)
      .filter((row) => !row.off && shapeContains(decodeShape(row.g), point.latitude, point.longitude))
      .map((row) => ({ match: postedMatch(row, point), row }))
      .sort((a, b) => nearer(a.match, b.match));
    const nearest = holding.slice(0, maxMatches);
    const large = await this.#largeActions(
      tenant,
      nearest.map(({ row }) => row),
      point,
    );
    const matches = nearest.flatMap(({ match }) =>
      large.has(match.geofenceId) ? (large.get(match.geofenceId) ?? []) : match,
    );
    const kept = fitting(matches.sort(nearer));
    return { matches: kept, truncated: kept.length < matches.length || nearest.length < holding.length };
  }

  /**
   * Matches whose action is too large for the index, from the fences themselves. A fence that was rewritten since the
   * wave answers as it is now: its action, name and shape then stay of one version, and it may hold the point no more.
   */
  async #largeActions(
    tenant: Tenant,
    rows: readonly PostingRow[],
    point: Point,
  ): Promise<Map<string, Match | undefined>> {
    const large = rows.filter((row) => row.big);
    const keys = large.map((row) => mainKeys.geofenceBody(tenant.reference, row.sk));
    const bodies = keys.length === 0 ? [] : await main.getMany<BodyRow>(keys);
    return new Map(large.map((row, i) => [row.sk, currentMatch(row, bodies[i], point)]));
  }
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const nearer = (a: Match, b: Match): number => a.distance - b.distance || (a.geofenceId < b.geofenceId ? -1 : 1);

/** Metres from a centre to a point, rounded half up. */
export function wholeMeters(latitude: number, longitude: number, point: Point): number {
  return Math.floor(distanceMeters(latitude, longitude, point.latitude, point.longitude) + 0.5);
}

function postedMatch(row: PostingRow, point: Point): Match {
  return {
    geofenceId: row.sk,
    geofenceName: row.n,
    distance: wholeMeters(toDegrees(row.y), toDegrees(row.x), point),
    radiusMeters: row.r,
    action: parseExactly(row.a ?? '{}') as Match['action'],
    triggerOn: triggers[row.t] ?? 'enter',
  };
}

function currentMatch(row: PostingRow, body: BodyRow | undefined, point: Point): Match | undefined {
  if (!body) return undefined;
  const fence = readBody(body);
  const { geometry, latitude, longitude, radiusMeters } = fence.shape;
  const holds = body.indexVersion === row.v || geometryContains(geometry, point.latitude, point.longitude);
  if (fence.status === 'inactive' || !holds) return undefined;
  return {
    geofenceId: fence.id,
    geofenceName: fence.name,
    distance: wholeMeters(latitude, longitude, point),
    radiusMeters,
    action: fence.action,
    triggerOn: fence.triggerOn,
  };
}

/**
 * One posting a fence, the newest: where a write is under way, some cells may already show the next version.
 */
export function newest(rows: readonly PostingRow[]): PostingRow[] {
  const byFence = new Map<string, PostingRow>();
  for (const row of rows) {
    if (row.f !== postingFormat) {
      log().error('posting of another format: rebuild the index', { geofence: row.sk, format: row.f });
      continue;
    }
    const known = byFence.get(row.sk);
    if (!known || row.v > known.v) byFence.set(row.sk, row);
  }
  return [...byFence.values()];
}

/** Ids of postings' fences, nearest centre first. */
export function nearestFirst(rows: readonly PostingRow[], latitude: number, longitude: number): string[] {
  const point = { latitude: roundDegrees(latitude), longitude: roundDegrees(longitude) };
  const matches = rows.map((row) => postedMatch(row, point)).sort(nearer);
  return matches.map((match) => match.geofenceId);
}

/** The nearest matches that fit an answer. */
function fitting(matches: readonly Match[]): readonly Match[] {
  let bytes = 0;
  const end = matches.findIndex((match) => {
    bytes += Buffer.byteLength(JSON.stringify(match)) + 1;
    return bytes > maxMatchBytes;
  });
  return end < 0 ? matches : matches.slice(0, end);
}

export const checkGeofences = defineCapability({
  tables: { cells: ['Query'], main: ['BatchGetItem'] },
  open: () => new GeofenceIndex(),
});
