import * as z from 'zod';
import { inTime } from '../aws/in-time.ts';
import { log } from '../log/log.ts';
import type { Key } from '../table/key.ts';
import { geocodeKeys } from '../table/keys/geocoding.ts';
import { Table } from '../table/table.ts';
import { precisions } from '../tenancy/geocoding-settings.ts';
import { platformReference } from '../tenancy/tenant.ts';
import type { Candidate } from './candidate.ts';
import type { PlaceQuery } from './query.ts';

/**
 * The provider's answers, shared by all workspaces. The key of a row is made of the fields of the query, and of nothing
 * else about the workspace; the settings of the workspace are applied to the answer afterwards. If the cache fails, the
 * only cost is a call of the provider.
 */

const access = new Table('access');

/** Change it when the provider changes, or the meaning of its answers. */
const version = 'esri-1';

const hour = 3_600_000;
const lifetimeMs = { found: 30 * 24 * hour, missed: hour };

/** The row's candidates: latitude, longitude, label, confidence, and the index of the precision in `precisions`. */
const CachedRow = z.object({
  places: z.array(
    z.tuple([
      z.number(),
      z.number(),
      z.string(),
      z.number(),
      z
        .int()
        .min(0)
        .max(precisions.length - 1),
    ]),
  ),
  /** Milliseconds since 1970; `ttl` is only for the removal of the row. */
  expiresAt: z.number(),
});
type CachedPlace = z.output<typeof CachedRow>['places'][number];

function keyOf({ normal, bias, countries, language }: PlaceQuery): Key {
  const near = bias ? `${bias.latitude},${bias.longitude}` : '';
  return geocodeKeys.geocode(platformReference, version, normal, near, countries.toSorted().join(), language ?? '');
}

const packed = ({ latitude, longitude, label, confidence, precision }: Candidate): CachedPlace => [
  latitude,
  longitude,
  label,
  confidence,
  precisions.indexOf(precision),
];

function unpacked([latitude, longitude, label, confidence, precision]: CachedPlace): Candidate {
  return { latitude, longitude, label, confidence, precision: precisions[precision]! };
}

/** A row that has expired, or whose form this version does not know, is ignored. */
function candidatesOf(row: unknown): readonly Candidate[] | undefined {
  const { data } = CachedRow.safeParse(row);
  return data && data.expiresAt > Date.now() ? data.places.map(unpacked) : undefined;
}

/** The error's message may contain a key; its name is sufficient. */
const complain = (what: string) => (error: unknown) => log().warn(what, { error: (error as Error).name });

/** Reading the cache may take no longer than the call that it saves. */
const mostReadMs = 2000;

/** The cached candidates of each query, all in one wave; undefined for a query that is not in the cache. */
export async function readCached(
  queries: readonly PlaceQuery[],
  signal: AbortSignal,
): Promise<readonly (readonly Candidate[] | undefined)[]> {
  const keys = queries.map(keyOf);
  const reading = inTime(mostReadMs, signal, (within) => access.getMany(keys, { consistent: false, signal: within }));
  const rows = await reading.catch(complain('geocodes not read from the cache'));
  return queries.map((_, i) => candidatesOf(rows?.[i]));
}

/** Stores an answer. One without places has a shorter retention. */
export async function keepCached(
  query: PlaceQuery,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<void> {
  const expiresAt = Date.now() + (candidates.length > 0 ? lifetimeMs.found : lifetimeMs.missed);
  const row = { places: candidates.map(packed), expiresAt, ttl: Math.ceil(expiresAt / 1000) };
  await access.put(keyOf(query), row, undefined, signal).catch(complain('a geocode not written to the cache'));
}
