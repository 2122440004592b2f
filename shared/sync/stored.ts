import type { Fence } from '../geofences/fence.ts';
import { type BodyRow, readBody, type ThinRow } from '../geofences/rows.ts';
import { problem } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { type Expression, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Deletion, deletionOf } from './change.ts';
import type { SyncScope } from './wire.ts';

/** The stored geofences that a sync plan concerns. */

const main = new Table('main');

/** Number of bodies that are read together; one may have 100 kB. */
const portionSize = 200;

export function* portions<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += portionSize) yield all.slice(i, i + portionSize);
}

/** For each external id, the geofence that has it. */
export async function fencesNamed(
  tenant: TenantReference,
  externalIds: readonly string[],
): Promise<(Fence | undefined)[]> {
  const holders = await holdersOf(tenant, externalIds);
  const fences = await fencesWith(
    tenant,
    holders.filter((id) => id !== undefined),
  );
  const known = new Map(fences.map((fence) => [fence.externalId, fence]));
  return externalIds.map((externalId) => known.get(externalId));
}

/** For each external id, the id of the geofence that has it. */
export async function holdersOf(
  tenant: TenantReference,
  externalIds: readonly string[],
): Promise<(string | undefined)[]> {
  const guards = await main.getMany<{ id: string }>(externalIds.map((id) => geofenceKeys.externalId(tenant, id)));
  return guards.map((guard) => guard?.id);
}

/** The geofences that exist, of those with the given ids. */
export async function fencesWith(tenant: TenantReference, ids: readonly string[]): Promise<Fence[]> {
  const rows = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(tenant, id)));
  return rows.flatMap((row) => (row ? [readBody(row)] : []));
}

interface Guarded {
  readonly tenant: TenantReference;
  readonly scope: SyncScope;
  readonly named: ReadonlySet<string>;
  readonly maxDeleteFraction: number;
}

/**
 * Ids of the geofences of a scope that have an external id and are not named in the request.
 *
 * @throws DELETE_GUARD when they are more than this share of the geofences with an external id
 */
export async function idsToDelete({ tenant, scope, named, maxDeleteFraction }: Guarded): Promise<string[]> {
  const candidates = await main.queryAll<ThinRow>(geofenceKeys.thins(tenant), { filter: withExternalId(scope) });
  const missing = candidates.filter(({ externalId }) => !named.has(externalId!));
  // In floating point, a share such as 0.29 of 100 is a little less than 29.
  const allowed = Math.floor(candidates.length * maxDeleteFraction + 1e-9);
  if (missing.length <= allowed) return missing.map(({ sk }) => sk);
  const detail =
    `This would delete ${missing.length} of ${candidates.length} geofences, and at most ${allowed} are allowed. ` +
    'Check the list and its scope, or allow a larger "maxDeleteFraction".';
  throw problem('DELETE_GUARD', detail, { deletes: missing.length, allowed });
}

function withExternalId({ tag, groupName }: SyncScope): Expression {
  if (tag !== undefined) {
    return { expression: 'attribute_exists(externalId) AND contains(tags, :tag)', values: { ':tag': tag } };
  }
  const values = { ':group': groupName };
  return { expression: 'attribute_exists(externalId) AND #group = :group', names: { '#group': 'group' }, values };
}

/** The deletions, without geofences that got another external id or were deleted since they were found. */
export async function* deletionsOf(
  tenant: TenantReference,
  ids: readonly string[],
  named: ReadonlySet<string>,
): AsyncGenerator<Deletion> {
  for (const portion of portions(ids)) {
    for (const fence of await fencesWith(tenant, portion)) {
      const { externalId } = fence;
      if (externalId !== null && !named.has(externalId)) yield deletionOf(externalId, fence);
    }
  }
}
