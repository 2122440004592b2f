import { countPoints, pagesOfPoints, spanOfPoints } from '../locations/history.ts';
import { fixOf } from '../locations/row.ts';
import { problem } from '../problems/problem.ts';
import type { Span } from '../table/ids.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fix } from '../transitions/fence.ts';

/** The stored points of devices, for a simulation. */

/** The most points of one simulation. */
export const mostPoints = 100_000;

/** The points of a device in a span. */
interface StoredTrack {
  readonly deviceId: string;
  readonly span: Span;
}

/**
 * The tracks of devices, those without points left out. Points are counted before the first is read, one device after
 * the other, so that a request that asks for too many costs no more than one that asks for the most.
 *
 * @throws BATCH_TOO_LARGE
 */
export async function tracksOf(
  tenant: TenantReference,
  deviceIds: readonly string[],
  { from, to }: Span,
): Promise<StoredTrack[]> {
  const tracks: StoredTrack[] = [];
  let left = mostPoints;
  for (const deviceId of new Set(deviceIds)) {
    const stored = await spanOfPoints(tenant, deviceId);
    if (!stored) continue;
    const span = { from: Math.max(from, stored.from), to: Math.min(to, stored.to) };
    left -= await countPoints(tenant, deviceId, span, left);
    if (left < 0) throw tooMany(mostPoints - left);
    tracks.push({ deviceId, span });
  }
  return tracks;
}

/** @param counted how many points were counted before counting ended */
const tooMany = (counted: number) =>
  problem('BATCH_TOO_LARGE', `There are more than ${mostPoints} points: name fewer devices or a shorter time.`, {
    max_items: mostPoints,
    requested_items: counted,
  });

/** Points as if each had arrived when it was made, page by page. */
export async function* fixesOf(tenant: TenantReference, { deviceId, span }: StoredTrack): AsyncGenerator<Fix[]> {
  for await (const rows of pagesOfPoints(tenant, deviceId, span)) {
    yield rows.map((row) => {
      const fix = fixOf(row);
      return { ...fix, receivedAt: fix.at };
    });
  }
}
