import type { Caller } from '../auth/caller.ts';
import { coverReport } from '../geo/area.ts';
import { type Cell, cellToH3 } from '../geo/cells.ts';
import { clipGeometry, coverGeometry } from '../geo/cover.ts';
import { encodeShape } from '../geo/posting.ts';
import { unlessChanged } from '../table/faults.ts';
import { cellKeys, geofenceKeys } from '../table/keys/geofences.ts';
import { scanTenant } from '../table/scan.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { reindex } from './reindex.ts';
import { type BodyRow, type PostingRow, postingBase, readBody, type ThinRow } from './rows.ts';

/** Compares the index with the geofences from which it was built; for the operator. */

export interface IndexFault {
  readonly geofenceId: string;
  readonly complaint: string;
}

export interface Inspection {
  readonly geofences: number;
  readonly postings: number;
  readonly faults: readonly IndexFault[];
  readonly rebuilt: number;
}

type StoredPosting = PostingRow & { readonly pk: string };

const main = new Table('main');
const cells = new Table('cells');

/**
 * Reads every geofence and every posting of a workspace and reports where they disagree. A fault is checked twice,
 * since a write may happen between the two reads. With `rebuild`, every geofence is indexed again (after a change of
 * the code that computes covers, for example), and postings that belong to no geofence are deleted. Checks stay correct
 * meanwhile.
 */
export async function inspectIndex(caller: Caller, rebuild: boolean): Promise<Inspection> {
  const { tenant } = caller;
  const stored = await scanTenant<StoredPosting>(cells, tenant.reference);
  const ids = (await main.queryAll<ThinRow>(geofenceKeys.thins(tenant.reference))).map((row) => row.sk);
  const byFence = Map.groupBy(stored, (row) => row.sk);
  const faults: IndexFault[] = [];
  for (const id of new Set([...ids, ...byFence.keys()])) {
    const seen = byFence.get(id) ?? [];
    if ((await complaints(tenant, id, seen)).length > 0) faults.push(...(await secondLook(tenant, id, seen)));
  }
  if (rebuild) {
    for (const id of ids) await reindex(caller, id);
    await deleteOrphans(tenant, stored, new Set(ids));
  }
  return { geofences: ids.length, postings: stored.length, faults, rebuilt: rebuild ? ids.length : 0 };
}

const cellOf = (tenant: TenantReference, row: StoredPosting): Cell => row.pk.slice(tenant.length) as Cell;

async function complaints(tenant: Tenant, id: string, stored: readonly StoredPosting[]): Promise<string[]> {
  const body = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, id));
  const found = new Map(stored.map((row) => [cellOf(tenant.reference, row), row]));
  if (!body) return found.size > 0 ? [`has ${found.size} postings but does not exist`] : [];
  const fence = readBody(body);
  const live = [...fence.index.cover, ...fence.index.stale];
  const orphans = [...found.keys()].filter((cell) => !live.includes(cell));
  // The postings of a new shape are built with its cover. When other fields change, the shape is clipped to each cell
  // again. Either one is right.
  const built = new Map(coverGeometry(fence.shape.geometry).map(({ cell, shape }) => [cell, shape]));
  const wrong = clipGeometry(fence.shape.geometry, live).filter(({ cell, shape }) => {
    const right = [shape, built.get(cell) ?? shape].map((each) => ({ ...postingBase(fence), g: encodeShape(each) }));
    return !right.some((expected) => samePosting(found.get(cell), expected));
  });
  return [
    ...orphans.map((cell) => `has a posting in ${cellToH3(cell)} that it does not list`),
    ...wrong.map(({ cell }) => `has ${found.has(cell) ? 'a wrong' : 'no'} posting in ${cellToH3(cell)}`),
    ...(coverReport(fence.shape.geometry, fence.index.cover).covers ? [] : ['is not covered by its cells']),
  ];
}

function samePosting(row: StoredPosting | undefined, expected: Omit<PostingRow, 'sk'>): boolean {
  if (!row) return false;
  const { pk: _pk, sk: _sk, g, ...rest } = row;
  const { g: wanted, ...wantedRest } = expected;
  const plain = (fields: object) => JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return Buffer.from(g).equals(wanted) && plain(rest) === plain(wantedRest);
}

/** Reads the fence again, together with its postings: those that it lists, and those that were seen. */
async function secondLook(tenant: Tenant, id: string, seen: readonly StoredPosting[]): Promise<IndexFault[]> {
  const body = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, id));
  const { cover = [], stale = [] } = body ? readBody(body).index : {};
  const places = new Set([...cover, ...stale, ...seen.map((row) => cellOf(tenant.reference, row))]);
  const keys = [...places].map((cell) => cellKeys.posting(tenant.reference, cell, id));
  const rows = (await cells.getMany<StoredPosting>(keys)).flatMap((row) => row ?? []);
  return (await complaints(tenant, id, rows)).map((complaint) => ({ geofenceId: id, complaint }));
}

/** Deletes postings of fences that do not exist, and postings that their fence does not list. */
async function deleteOrphans(
  tenant: Tenant,
  stored: readonly StoredPosting[],
  ids: ReadonlySet<string>,
): Promise<void> {
  for (const row of stored) {
    const body = ids.has(row.sk) && (await main.get<BodyRow>(geofenceKeys.body(tenant.reference, row.sk)));
    const { cover = [], stale = [] } = body ? readBody(body).index : {};
    const cell = cellOf(tenant.reference, row);
    if (cover.includes(cell) || stale.includes(cell)) continue;
    const same = { expression: '#v = :v', names: { '#v': 'v' }, values: { ':v': row.v } };
    await cells.delete(cellKeys.posting(tenant.reference, cell, row.sk), same).catch(unlessChanged);
  }
}
