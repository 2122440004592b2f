import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { checkedItem } from '../http/failures.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { matchesOf, type PointMatches } from './answering.ts';
import {
  GeofenceBatchPoint,
  type GeofenceBatchRequest,
  type GeofenceBatchResponse,
  mostMatchesAPoint,
} from './check-wire.ts';
import { evaluate } from './evaluation.ts';
import { indexMatches } from './match.ts';

type Result = z.input<typeof GeofenceBatchResponse>['results'][number];
type Point = z.output<typeof GeofenceBatchPoint>;

/** An answer may have 4 MiB; 4 KiB of it are for what surrounds the results. */
const mostBytes = 4 * 1024 * 1024 - 4096;

/** Checks many points at once. An invalid point does not stop the others. */
async function check(tenant: Tenant, { points }: z.output<typeof GeofenceBatchRequest>): Promise<Result[]> {
  const read = points.map(readPoint);
  const good = read.flatMap((one) => ('point' in one ? one.point : []));
  const matching = await evaluate(tenant.reference, good, ({ point, rows }): PointMatches => {
    return { point, indexMatches: indexMatches(rows, point).slice(0, mostMatchesAPoint + 1) };
  });
  const empty = read.map((one) => ('point' in one ? shown(one.point, [], true) : one.error));
  const bytes = mostBytes - Buffer.byteLength(JSON.stringify(empty));
  const found = await matchesOf(tenant, matching, { most: mostMatchesAPoint, bytes });
  let next = 0;
  return read.map((one) => {
    if ('error' in one) return one.error;
    const { matches, truncated } = found[next++]!;
    return shown(one.point, matches, truncated);
  });
}

function shown(point: Point, matches: readonly object[], truncated: boolean): Result {
  const { id, customerId, latitude, longitude } = point;
  const given = { id: id ?? null, customerId: customerId ?? null, latitude, longitude };
  const result = { ...given, count: matches.length, matches: [...matches] };
  return (truncated ? { ...result, truncated } : result) as Result;
}

function readPoint(given: unknown): { readonly point: Point } | { readonly error: Result } {
  const read = checkedItem(GeofenceBatchPoint, given);
  if ('value' in read) return { point: read.value as Point };
  const message = read.wrong;
  const id = GeofenceBatchPoint.shape.id.safeParse((given as { id?: unknown } | null)?.id).data ?? null;
  return { error: { id, error_code: 'POINT_INVALID', message } };
}

export const checkGeofenceBatches = defineCapability({
  tables: { cells: ['Query'], main: ['BatchGetItem'] },
  open: () => ({ check }),
});
