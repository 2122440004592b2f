import type { Values } from '../entity/fields.ts';
import type { Computed } from '../entity/kind.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { pageOfPartition } from '../table/page.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { deviceGroups } from './device-groups.ts';
import { deviceTarget } from './device-terms.ts';

/** Which devices belong to a group: those that its query finds, and those that it lists. */

/** What belonging asks of a group. */
export type Grouping = Pick<Values<(typeof deviceGroups)['fields']>, 'query' | 'deviceIds'>;

/** The part of a device's thin row that queries of groups ask about. */
interface ThinDevice {
  readonly tag?: readonly string[];
  readonly siteId?: string;
  readonly deviceProfileId?: string;
  readonly kind?: string;
}

const main = new Table('main');

/** A test of devices, by their id and their thin row. */
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

/** How many members there are; up to what totals of lists count. */
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

/** The count of members, which is told of one group and of none in a list. */
export const memberCount: Computed<{ memberCount: number | null }> = {
  tables: { main: ['BatchGetItem', 'Query'] },
  of: async ({ reference }: Tenant, groups, alone) =>
    await Promise.all(
      groups.map(async ({ values }) => ({
        memberCount: alone ? await countMembers(reference, values as Grouping) : null,
      })),
    ),
};
