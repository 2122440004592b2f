import fc from 'fast-check';
import { type Geocode, missed } from '../../../shared/geocoding/geocode.ts';
import type { Body } from './yard.ts';

/** The meaning of a sync, without plans: one item after another changes a map. */

export interface Site extends Body {
  readonly tags: readonly string[];
}
export type Sites = ReadonlyMap<string, Site>;

const places: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  here: [51, 9],
  there: [52, 8],
};

export function geocodeOf(address: string): Geocode {
  const place = places[address];
  if (!place) return missed();
  return { kind: 'found', latitude: place[0], longitude: place[1], label: address.toUpperCase(), confidence: 0.9 };
}

const defaults = { radiusMeters: 500, tags: [], status: 'active', description: '', groupName: null, metadata: {} };

/** The fields of an item as fields of a site; undefined if its address is not found. */
function fieldsOf({ address, externalId: _, ...fields }: Body, site: Site | undefined): Body | undefined {
  if (address === undefined) return fields;
  const metadata = (site?.metadata ?? {}) as Body;
  if (metadata.address === address) return fields;
  const place = places[address as string];
  if (!place) return undefined;
  const noted = { address, normalizedAddress: (address as string).toUpperCase(), geocodeConfidence: 0.9 };
  const radiusMeters = fields.radiusMeters ?? site?.radiusMeters ?? 100;
  return { ...fields, latitude: place[0], longitude: place[1], radiusMeters, metadata: { ...metadata, ...noted } };
}

export interface Naive {
  readonly sites: Map<string, Site>;
  readonly counts: Record<'create' | 'update' | 'delete' | 'unchanged' | 'error', number>;
  readonly refused: boolean;
}

export function naiveSync(before: Sites, body: Body): Naive {
  const sites = new Map(before);
  const counts = { create: 0, update: 0, delete: 0, unchanged: 0, error: 0 };
  const items = body.items as Body[];
  for (const item of items) {
    const name = item.externalId as string;
    const site = before.get(name);
    if (!(site ? body.updateExisting : body.createMissing)) counts.unchanged += 1;
    else {
      const fields = site || item.name !== undefined ? fieldsOf(item, site) : undefined;
      const next = fields && ({ ...(site ?? defaults), ...fields } as Site);
      if (!next || next.latitude === undefined) counts.error += 1;
      else if (site && JSON.stringify({ ...site, ...next }) === JSON.stringify(site)) counts.unchanged += 1;
      else {
        counts[site ? 'update' : 'create'] += 1;
        sites.set(name, next);
      }
    }
  }
  const named = new Set(items.map(({ externalId }) => externalId));
  const inScope = body.deleteMissing ? [...before].filter(([, { tags }]) => tags.includes('s')) : [];
  for (const [name] of inScope.filter(([one]) => !named.has(one))) {
    counts.delete += 1;
    sites.delete(name);
  }
  return { sites, counts, refused: counts.delete > inScope.length * (body.maxDeleteFraction as number) };
}

const field = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const words = {
  name: fc.constantFrom('A', 'B'),
  radiusMeters: fc.constantFrom(100, 200, 500),
  tags: fc.constantFrom(['s'], ['t'], [], ['s', 't']),
  status: fc.constantFrom('active', 'inactive'),
  description: fc.constantFrom('', 'x'),
  groupName: fc.constantFrom(null, 'g'),
};
const place = fc.constantFrom({}, { latitude: 50, longitude: 10 }, { latitude: 51, longitude: 9 });
const address = fc.constantFrom({}, {}, { address: 'here' }, { address: 'there' }, { address: 'nowhere' });

const given = (fields: Body): Body =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const some = fc.record(
  Object.fromEntries(Object.entries(words).map(([name, value]) => [name, field(value as fc.Arbitrary<unknown>)])),
);

export const storedSites = fc.uniqueArray(
  fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), fc.record(words)),
  { selector: ([name]) => name },
);

const item = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'), some, place, address)
  .map(([externalId, fields, at, where]) => ({ externalId, ...given(fields), ...('address' in where ? where : at) }));

export const request = fc.record({
  // Few enough that some of the stored sites are not in the list.
  items: fc.uniqueArray(item, { minLength: 1, maxLength: 5, selector: ({ externalId }) => externalId }),
  createMissing: fc.boolean(),
  updateExisting: fc.boolean(),
  deleteMissing: fc.constantFrom(true, true, false),
  scope: fc.constant({ tag: 's' }),
  maxDeleteFraction: fc.constantFrom(0, 0.25, 0.5, 1),
});
