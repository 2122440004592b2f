import type { Fence } from '../geofences/fence.ts';
import { type BodyRow, readBody, type ThinRow } from '../geofences/rows.ts';
import { problem } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { type Expression, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Deletion, deletionOf } from './change.ts';
import type { SyncScope } from './wire.ts';

/** The geofences that a plan is about, as they are stored. */

const main = new Table('main');

/** Bodies read together; one may have 100 kB. */
const portionSize = 200;

export function* portions<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += portionSize) yield all.slice(i, i + portionSize);
}

/** Of each external id the geofence that has it. */
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

/** Of each external id the id of the geofence that holds it. */
export async function holdersOf(
  tenant: TenantReference,
  externalIds: readonly string[],
): Promise<(string | undefined)[]> {
  const guards = await main.getMany<{ id: string }>(externalIds.map((id) => geofenceKeys.externalId(tenant, id)));
  return guards.map((guard) => guard?.id);
}

/** Those of them that there are. */
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
 * Ids of the geofences of a scope that have an external id which nobody named.
 *
 * @throws DELETE_GUARD where they are more than this share of those with an external id
 */
export async function idsToDelete({ tenant, scope, named, maxDeleteFraction }: Guarded): Promise<string[]> {
  const candidates = await main.queryAll<ThinRow>(geofenceKeys.thins(tenant), { filter: withExternalId(scope) });
  const missing = candidates.filter(({ externalId }) => !named.has(externalId!));
  // A share such as 0.29 of 100 is a little less than 29.
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

/** But for those that were given another external id, or that went, since they were found. */
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
