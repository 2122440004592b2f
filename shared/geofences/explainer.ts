import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { cellToH3 } from '../geo/cells.ts';
import { distanceToEdgeMeters, geometryContains } from '../geo/contains.ts';
import { ladderOf } from '../geo/ladder.ts';
import { decodeShape } from '../geo/posting.ts';
import { roundDegrees } from '../geo/sphere.ts';
import { notFound } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { checkGeofences } from './checker.ts';
import { firstPointDecision } from './decision.ts';
import type { Fence } from './fence.ts';
import type { ExplainRequest, Explanation } from './insight-wire.ts';
import { nearestFirst, newest, wholeMeters } from './match.ts';
import { type BodyRow, type PostingRow, readBody } from './rows.ts';

const main = new Table('main');
const maxExplained = 50;

/** Explains why a point is in a fence or not; reads only. */
class GeofenceExplainer {
  async explain(tenant: Tenant, asked: z.output<typeof ExplainRequest>): Promise<z.input<typeof Explanation>> {
    const { latitude, longitude, geofenceId, deviceId } = asked;
    const signal = new AbortController().signal;
    const [found] = await Promise.all([
      checkGeofences.open().candidates(tenant.reference, latitude, longitude, signal),
      deviceId === undefined ? undefined : requireDevice(tenant, deviceId),
    ]);
    const candidates = newest(found).filter((row) => decodeShape(row.g).kind !== 'empty');
    const ids = geofenceId ? [geofenceId] : nearestFirst(candidates, latitude, longitude).slice(0, maxExplained);
    const bodies = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(tenant.reference, id)));
    if (geofenceId && !bodies[0]) throw notFound('geofence');
    const fences = bodies.flatMap((body) => (body ? [readBody(body)] : []));
    return {
      latitude,
      longitude,
      cellsTried: ladderOf(latitude, longitude).map(cellToH3).reverse(),
      candidateCount: candidates.length,
      geofences: fences.map((fence) => explained(fence, asked, candidates)),
    };
  }
}

/** No device has been anywhere yet, so its state at each fence is that of one never seen. */
async function requireDevice({ reference }: Tenant, id: string): Promise<void> {
  const row = await main.get(entityKeys.thin(reference, 'device', id));
  if (!row) throw notFound('device');
}

type Explained = z.input<typeof Explanation>['geofences'][number];

function explained(fence: Fence, asked: z.output<typeof ExplainRequest>, candidates: readonly PostingRow[]): Explained {
  const [latitude, longitude] = [roundDegrees(asked.latitude), roundDegrees(asked.longitude)];
  const { geometry } = fence.shape;
  const inside = geometryContains(geometry, latitude, longitude);
  const now = Date.now();
  const point = { accuracyMeters: asked.accuracyMeters, at: asked.at ?? now, now };
  return {
    geofenceId: fence.id,
    geofenceName: fence.name,
    status: fence.status,
    geometryType: geometry.type,
    inside,
    distance: wholeMeters(fence.shape.latitude, fence.shape.longitude, { latitude, longitude }),
    distanceToEdgeMeters: Math.round(distanceToEdgeMeters(geometry, latitude, longitude) * 10) / 10,
    indexHit: candidates.some((row) => row.sk === fence.id),
    state: null,
    decision: firstPointDecision(fence, inside, point),
  };
}

export const explainGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem'], cells: ['Query'] },
  open: () => new GeofenceExplainer(),
});
