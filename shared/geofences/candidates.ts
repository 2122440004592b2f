import type { BoundingBox } from '../geo/box.ts';
import { rangesForBox } from '../geo/box-ranges.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { queryRanges } from '../table/query-range.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type GeofenceFilters, passes } from './filters.ts';
import { namedCandidate } from './reader.ts';
import type { ThinRow } from './rows.ts';
import { sizeClassMeters } from './size-class.ts';

const main = new Table('main');

/**
 * Thin rows of the fences that may come within `meters` of a box and that pass the other filters, in no order;
 * undefined when more than `most` would have to be read. An index holds them by size class and centre, so the box is
 * widened by the reach of the fences of each class. Classes are read one after the other: all of their ranges at once
 * would be a hundred requests, which is more than there are connections.
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
  // By id: a fence whose size class is changing may be found in both classes.
  const rows = new Map<string, ThinRow>();
  let left = most;
  for (const [sizeClass, reach] of sizeClassMeters.entries()) {
    const of = geofenceKeys.place(tenant.reference, sizeClass);
    const ranges = rangesForBox(bbox, meters + reach + 1).map((range) => ({ of, ...range }));
    const read = await queryRanges<ThinRow>(main, ranges, left);
    if (!read) return undefined;
    left -= read.length;
    for (const row of read) if (passes(row, filters)) rows.set(row.sk, row);
  }
  return [...rows.values()];
}
