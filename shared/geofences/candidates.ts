import type { BoundingBox } from '../geo/box.ts';
import { rangesForBox } from '../geo/box-ranges.ts';
import { mainKeys } from '../table/keys.ts';
import { queryRanges } from '../table/query-range.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type GeofenceFilters, passes } from './filters.ts';
import { namedCandidate } from './reader.ts';
import type { ThinRow } from './rows.ts';
import { sizeClassMeters } from './size-class.ts';

const main = new Table('main');

/**
 * Thin rows of the fences that may come within `meters` of a box and that pass the other filters, in no order; undefined
 * where more than `most` would have to be read. An index holds them by size class and centre, so the box is widened by
 * what the fences of each class may reach.
 */
export async function candidatesIn(
  tenant: Tenant,
  bbox: BoundingBox,
  meters: number,
  filters: GeofenceFilters,
  most: number,
): Promise<ThinRow[] | undefined> {
  const named = await namedCandidate(tenant.reference, filters);
  if (named) return named;
  const ranges = sizeClassMeters.flatMap((reach, sizeClass) => {
    const of = mainKeys.geofencePlace(tenant.reference, sizeClass);
    return rangesForBox(bbox, meters + reach + 1).map((range) => ({ of, ...range }));
  });
  const rows = await queryRanges<ThinRow>(main, ranges, most);
  // A fence that is changing its size class may be met in both.
  return rows && [...new Map(rows.map((row) => [row.sk, row])).values()].filter((row) => passes(row, filters));
}
