import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { currentMatch, type Holding, type Match, nearer, type Point } from './match.ts';
import type { BodyRow } from './rows.ts';

export interface Matches {
  readonly matches: readonly Match[];
  /** True when more fences hold the point than the answer may list. */
  readonly truncated: boolean;
}

/** A point and the fences that hold it, nearest first. */
export interface Held {
  readonly point: Point;
  readonly holdings: readonly Holding[];
}

const main = new Table('main');
/** The number of fences whose actions are read at once. */
const atOnce = 100;

/**
 * The matches of some points, nearest first: at most `most` for each point, and at most `bytes` bytes together. When
 * bytes run out, the nearest matches of each point are kept. Actions that are too large for the index are read from the
 * fences.
 */
export async function answered(
  tenant: Tenant,
  held: readonly Held[],
  limits: { readonly most: number; readonly bytes: number },
): Promise<Matches[]> {
  const answers = held.map(({ holdings }) => ({ matches: [] as Match[], truncated: holdings.length > limits.most }));
  const ranked = byRank(held, limits.most);
  let left = limits.bytes;
  for (let i = 0; i < ranked.length; i += atOnce) {
    const some = ranked.slice(i, i + atOnce);
    const large = left > 0 ? some.filter(({ holding }) => holding.row.big).map(({ holding }) => holding.row.sk) : [];
    const bodies = await bodiesOf(tenant, large);
    for (const { index, holding } of some) {
      const { match, row } = holding;
      const now = row.big && left > 0 ? currentMatch(row, bodies.get(row.sk), held[index]!.point) : match;
      if (!now) continue;
      left -= left > 0 ? Buffer.byteLength(JSON.stringify(now)) + 1 : 0;
      if (left > 0) answers[index]!.matches.push(now);
      else answers[index]!.truncated = true;
    }
  }
  return answers.map(({ matches, truncated }) => ({ matches: matches.sort(nearer), truncated }));
}

/** The nearest match of each point, then the second nearest of each, and so on. */
function byRank(held: readonly Held[], most: number): { readonly index: number; readonly holding: Holding }[] {
  const ranks = held.reduce((longest, { holdings }) => Math.max(longest, Math.min(most, holdings.length)), 0);
  return Array.from({ length: ranks }, (_, rank) =>
    held.flatMap(({ holdings }, index) => {
      const holding = holdings[rank];
      return holding ? [{ index, holding }] : [];
    }),
  ).flat();
}

async function bodiesOf(tenant: Tenant, ids: readonly string[]): Promise<Map<string, BodyRow>> {
  const keys = [...new Set(ids)].map((id) => geofenceKeys.body(tenant.reference, id));
  const bodies = keys.length === 0 ? [] : await main.getMany<BodyRow>(keys);
  return new Map(bodies.flatMap((body) => (body ? [[body.id, body]] : [])));
}
