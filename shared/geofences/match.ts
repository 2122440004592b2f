import { geometryContains } from '../geo/contains.ts';
import { toDegrees } from '../geo/grid.ts';
import { decodeShape, shapeContains } from '../geo/posting.ts';
import { distanceMeters, roundDegrees } from '../geo/sphere.ts';
import { parseExactly } from '../json/exact.ts';
import { log } from '../log/log.ts';
import { type BodyRow, type PostingRow, postingFormat, readBody } from './rows.ts';
import { triggers } from './terms.ts';

/** Finds the matches of a point in the postings around it. Nothing here reads the database. */

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** One fence that contains a point. */
export interface Match {
  readonly geofenceId: string;
  readonly geofenceName: string;
  readonly distance: number;
  readonly radiusMeters: number;
  readonly action: Readonly<Record<string, unknown>>;
  readonly triggerOn: (typeof triggers)[number];
}

/** A posting whose fence contains the point, with the match for the answer. */
export interface IndexMatch {
  readonly match: Match;
  readonly row: PostingRow;
}

/** Points are decided on the grid on which geometry is stored. */
export const onGrid = ({ latitude, longitude }: Point): Point => ({
  latitude: roundDegrees(latitude),
  longitude: roundDegrees(longitude),
});

/** The active fences among the candidates that contain the point, nearest first. */
export function indexMatches(rows: readonly PostingRow[], point: Point): IndexMatch[] {
  return newest(rows)
    .filter((row) => !row.off && shapeContains(decodeShape(row.g), point.latitude, point.longitude))
    .map((row) => ({ match: postedMatch(row, point), row }))
    .sort((a, b) => nearer(a.match, b.match));
}

export const nearer = (a: Match, b: Match): number => a.distance - b.distance || (a.geofenceId < b.geofenceId ? -1 : 1);

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

/**
 * A match whose action is too large for the index, from the fence itself. If the fence was rewritten since the postings
 * were read, the match shows it as it is now, so that action, name and shape belong to one version; the fence may then
 * no longer contain the point.
 */
export function currentMatch(row: PostingRow, body: BodyRow | undefined, point: Point): Match | undefined {
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

/** One posting per fence, the newest. While a write is under way, some cells may already show the next version. */
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

/** Ids of the fences of some postings, nearest centre first. */
export function nearestFirst(rows: readonly PostingRow[], latitude: number, longitude: number): string[] {
  const point = onGrid({ latitude, longitude });
  const matches = rows.map((row) => postedMatch(row, point)).sort(nearer);
  return matches.map((match) => match.geofenceId);
}
