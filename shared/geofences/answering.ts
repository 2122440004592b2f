import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { currentMatch, type IndexMatch, type Match, nearer, type Point } from './match.ts';
import type { BodyRow } from './rows.ts';

export interface Matches {
  readonly matches: readonly Match[];
  /** True when more fences contain the point than the answer may list. */
  readonly truncated: boolean;
}

/** A point and the fences that contain it, nearest first. */
export interface PointMatches {
  readonly point: Point;
  readonly indexMatches: readonly IndexMatch[];
}

const main = new Table('main');
/** The number of fences whose actions are read at once. */
const atOnce = 100;

/**
 * The matches of some points, nearest first: at most `most` for each point, and at most `bytes` bytes together. When
 * bytes run out, the nearest matches of each point are kept. Actions that are too large for the index are read from the
 * fences.
 */
export async function matchesOf(
  tenant: Tenant,
  found: readonly PointMatches[],
  limits: { readonly most: number; readonly bytes: number },
): Promise<Matches[]> {
  const answers = found.map(({ indexMatches }) => ({
    matches: [] as Match[],
    truncated: indexMatches.length > limits.most,
  }));
  const ranked = byRank(found, limits.most);
  let left = limits.bytes;
  for (let i = 0; i < ranked.length; i += atOnce) {
    const some = ranked.slice(i, i + atOnce);
    const large =
      left > 0 ? some.filter(({ indexMatch }) => indexMatch.row.big).map(({ indexMatch }) => indexMatch.row.sk) : [];
    const bodies = await bodiesOf(tenant, large);
    for (const { index, indexMatch } of some) {
      const { match, row } = indexMatch;
      const now = row.big && left > 0 ? currentMatch(row, bodies.get(row.sk), found[index]!.point) : match;
      if (!now) continue;
      left -= left > 0 ? Buffer.byteLength(JSON.stringify(now)) + 1 : 0;
      if (left > 0) answers[index]!.matches.push(now);
      else answers[index]!.truncated = true;
    }
  }
  return answers.map(({ matches, truncated }) => ({ matches: matches.sort(nearer), truncated }));
}

/** The nearest match of each point, then the second nearest of each, and so on. */
function byRank(
  found: readonly PointMatches[],
  most: number,
): { readonly index: number; readonly indexMatch: IndexMatch }[] {
  const ranks = found.reduce((longest, { indexMatches }) => Math.max(longest, Math.min(most, indexMatches.length)), 0);
  return Array.from({ length: ranks }, (_, rank) =>
    found.flatMap(({ indexMatches }, index) => {
      const indexMatch = indexMatches[rank];
      return indexMatch ? [{ index, indexMatch }] : [];
    }),
  ).flat();
}

async function bodiesOf(tenant: Tenant, ids: readonly string[]): Promise<Map<string, BodyRow>> {
  const keys = [...new Set(ids)].map((id) => geofenceKeys.body(tenant.reference, id));
  const bodies = keys.length === 0 ? [] : await main.getMany<BodyRow>(keys);
  return new Map(bodies.flatMap((body) => (body ? [[body.id, body]] : [])));
}
