import type { Scope } from '../auth/scopes.ts';
import { invalidFields, notFound } from '../problems/problem.ts';
import type { itemsQuery } from './items-query.ts';

/** A query parameter of features that not every collection has. */
export type Filter = Exclude<keyof typeof itemsQuery.shape, 'limit' | 'cursor' | 'bbox' | 'datetime'>;

/** A set of features, each with an `id`, a geometry and an instant. */
export interface Collection {
  readonly id: 'geofences' | 'device-locations' | 'tracks';
  readonly title: string;
  readonly description: string;
  /** The scope that a credential needs to read it. */
  readonly scope: Scope;
  /** The query parameters that filter its features by their properties. */
  readonly filters: readonly Filter[];
}

export const collections: readonly Collection[] = [
  {
    id: 'geofences',
    title: 'Geofences',
    description: 'Areas as polygons; circles with 64 sides. Their time is the time of their creation.',
    scope: 'geofences:read',
    filters: ['status', 'groupName', 'group', 'externalId', 'tag'],
  },
  {
    id: 'device-locations',
    title: 'Device locations',
    description: 'The newest position of each device that has sent one. Their time is `recordedAt`.',
    scope: 'locations:read',
    filters: ['deviceId', 'kind', 'siteId', 'externalId', 'tag'],
  },
  {
    id: 'tracks',
    title: 'Tracks',
    description:
      'The ways of devices, a line for each tracking session with two points or more. Their time is `startedAt`.',
    scope: 'locations:read',
    filters: ['deviceId'],
  },
];

/** The scope of each collection, for routes with its name in their path. */
export const scopesOfCollections = {
  param: 'collectionId',
  of: Object.fromEntries(collections.map(({ id, scope }) => [id, scope])),
} as const;

/** The query parameters that every collection has. */
export const commonParameters: readonly string[] = ['limit', 'cursor', 'bbox', 'datetime'];

/** The documentation of the collection in a path. */
export const inCollection = {
  collectionId: {
    description: 'Name of a collection, as `GET /ogc/collections` lists them.',
    enum: collections.map(({ id }) => id),
  },
} as const;

/** Throws 404 for an id that no collection has. */
export function collectionOf(id: string): Collection {
  const found = collections.find((collection) => collection.id === id);
  if (!found) throw notFound('collection');
  return found;
}

/** Refuses filters that the collection does not have, as any parameter that is not known. */
export function requireFilters({ id, filters }: Collection, query: Readonly<Record<string, unknown>>): void {
  const known: readonly string[] = [...filters, ...commonParameters];
  const unknown = Object.keys(query).filter((name) => query[name] !== undefined && !known.includes(name));
  if (unknown.length === 0) return;
  const msg = `No filter of "${id}"`;
  throw invalidFields(unknown.map((name) => ({ type: 'unknown_field', loc: ['query', name], msg })));
}
