import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { cellToH3 } from '../geo/cells.ts';
import { distanceToEdgeMeters, geometryContains } from '../geo/contains.ts';
import { ladderOf } from '../geo/ladder.ts';
import { decodeShape } from '../geo/posting.ts';
import { checkGeofences } from '../geofences/checker.ts';
import type { Fence } from '../geofences/fence.ts';
import { nearestFirst, newest, onGrid, wholeMeters } from '../geofences/match.ts';
import { type BodyRow, type PostingRow, readBody } from '../geofences/rows.ts';
import { notFound } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import { firedAround } from '../tracking/surroundings.ts';
import type { Fix } from '../transitions/fence.ts';
import { decide } from './decision.ts';
import { type DeviceSnapshot, newDevice, snapshotAt } from './device-snapshot.ts';
import type { ExplainRequest, Explanation } from './explain-wire.ts';

/** Explains why a point is in a geofence or not, and what it would do there; reads only. */

type Request = z.output<typeof ExplainRequest>;
type Explained = z.input<typeof Explanation>['geofences'][number];

const main = new Table('main');
const mostExplained = 50;

/** @throws NOT_FOUND */
async function explain(caller: Caller, asked: Request): Promise<z.input<typeof Explanation>> {
  const { reference } = caller.tenant;
  const { latitude, longitude, geofenceId, deviceId } = asked;
  const fix = fixOf(asked, Date.now());
  const [found, snapshot] = await Promise.all([
    checkGeofences.open().candidates(reference, latitude, longitude, new AbortController().signal),
    deviceId === undefined ? undefined : snapshotAt(caller, deviceId, fix.at, fix.receivedAt),
  ]);
  const candidates = newest(found).filter((row) => decodeShape(row.g).kind !== 'empty');
  const ids = geofenceId ? [geofenceId] : idsFor(asked, candidates, snapshot);
  const [bodies, fired] = await Promise.all([
    main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(reference, id))),
    Promise.all(ids.map((id) => (deviceId === undefined ? [] : firedAround(reference, deviceId, id, fix.at)))),
  ]);
  if (geofenceId && !bodies[0]) throw notFound('geofence');
  return {
    latitude,
    longitude,
    cellsTried: ladderOf(latitude, longitude).map(cellToH3).reverse(),
    candidateCount: candidates.length,
    geofences: bodies.flatMap((body, i) => {
      if (!body) return [];
      const fence = readBody(body);
      const { state, decision } = decide(snapshot ?? newDevice, fence, fix, fired[i]!);
      return [{ ...placed(fence, fix, candidates), state: snapshot ? state : null, decision }];
    }),
  };
}

function fixOf({ at, accuracyMeters, ...point }: Request, now: number): Fix {
  return { ...onGrid(point), at: at ?? now, receivedAt: now, accuracyMeters: accuracyMeters ?? null };
}

/** The candidates, the nearest first, and the geofences that the device may leave by the point. */
function idsFor(
  { latitude, longitude }: Request,
  candidates: readonly PostingRow[],
  snapshot: DeviceSnapshot | undefined,
) {
  const around = nearestFirst(candidates, latitude, longitude);
  return [...new Set([...around, ...(snapshot?.state.pairs.keys() ?? [])])].slice(0, mostExplained);
}

/** Where a point is, as seen from a geofence. */
function placed(fence: Fence, fix: Fix, candidates: readonly PostingRow[]): Omit<Explained, 'state' | 'decision'> {
  const { latitude, longitude } = fix;
  const { geometry } = fence.shape;
  return {
    geofenceId: fence.id,
    geofenceName: fence.name,
    status: fence.status,
    geometryType: geometry.type,
    inside: geometryContains(geometry, latitude, longitude),
    distance: wholeMeters(fence.shape.latitude, fence.shape.longitude, fix),
    distanceToEdgeMeters: Math.round(distanceToEdgeMeters(geometry, latitude, longitude) * 10) / 10,
    indexHit: candidates.some((row) => row.sk === fence.id),
  };
}

export const explainGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem'], cells: ['Query'], telemetry: ['Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ explain }),
});
