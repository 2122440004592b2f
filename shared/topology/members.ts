import type { Values } from '../entity/fields.ts';
import type { Computed } from '../entity/kind.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { pageOfPartition } from '../table/page.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { deviceGroups } from './device-groups.ts';
import { deviceTarget } from './device-terms.ts';

/** Which devices belong to a group: those that its query finds, and those that it lists. */

/** The fields of a group that decide which devices belong to it. */
export type Grouping = Pick<Values<(typeof deviceGroups)['fields']>, 'query' | 'deviceIds'>;

/** The part of a device's thin row that the queries of groups read. */
interface ThinDevice {
  readonly tag?: readonly string[];
  readonly siteId?: string;
  readonly deviceProfileId?: string;
  readonly kind?: string;
}

const main = new Table('main');

/** Tests whether a device belongs to a group, by its id and its thin row. */
export function memberOf({ query, deviceIds }: Grouping): (id: string, thin: Row) => boolean {
  const listed = new Set(deviceIds);
  return (id, thin) => listed.has(id) || (query !== null && matches(query, thin));
}

function matches(query: NonNullable<Grouping['query']>, device: ThinDevice): boolean {
  const { tagsAll, tagsAny, siteId, deviceProfileId, kind } = query;
  const has = (tag: string): boolean => device.tag?.includes(tag) ?? false;
  return (
    (tagsAll?.every(has) ?? true) &&
    (tagsAny?.some(has) ?? true) &&
    (siteId === null || device.siteId === siteId) &&
    (deviceProfileId === null || device.deviceProfileId === deviceProfileId) &&
    (kind === null || device.kind === kind)
  );
}

/** The number of members, up to the limit of totals in lists. */
async function countMembers(tenant: TenantReference, group: Grouping): Promise<number> {
  if (group.query === null) {
    const rows = await main.getMany(group.deviceIds.map((id) => deviceTarget.key(tenant, id)));
    return rows.filter((row) => row !== undefined).length;
  }
  const isMember = memberOf(group);
  const all = { limit: 0, offset: 0, after: undefined, counted: true };
  const { total = 0 } = await pageOfPartition<Row & { readonly sk: string }>(
    main,
    entityKeys.thins(tenant, deviceTarget.kind),
    all,
    { passes: (row) => isMember(row.sk, row) },
  );
  return total;
}

/** The number of members, which only the response for a single group shows. */
export const memberCount: Computed<{ memberCount: number | null }> = {
  tables: { main: ['BatchGetItem', 'Query'] },
  of: async ({ reference }: Tenant, groups, alone) =>
    await Promise.all(
      groups.map(async ({ values }) => ({
        memberCount: alone ? await countMembers(reference, values as Grouping) : null,
      })),
    ),
};
