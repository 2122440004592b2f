import type { Scope } from '../auth/scopes.ts';
import { invalidFields, notFound } from '../problems/problem.ts';
import type { itemsQuery } from './items-query.ts';

/** A query parameter of features that not every collection has. */
export type Filter = Exclude<keyof typeof itemsQuery.shape, 'limit' | 'cursor' | 'bbox' | 'datetime'>;

export type CollectionKind = 'geofences' | 'device-locations' | 'tracks' | 'submissions';

/** A set of features, each with an `id`, a geometry and an instant. */
export interface Collection {
  readonly id: string;
  readonly kind: CollectionKind;
  readonly title: string;
  readonly description: string;
  /** The scope that a credential needs to read it. */
  readonly scope: Scope;
  /** The query parameters that filter its features by their properties. */
  readonly filters: readonly Filter[];
}

/** The collections that every workspace has. */
export const collections: readonly (Collection & { readonly kind: Exclude<CollectionKind, 'submissions'> })[] = [
  {
    id: 'geofences',
    kind: 'geofences',
    title: 'Geofences',
    description: 'Areas as polygons; circles with 64 sides. Their time is the time of their creation.',
    scope: 'geofences:read',
    filters: ['status', 'groupName', 'group', 'externalId', 'tag'],
  },
  {
    id: 'device-locations',
    kind: 'device-locations',
    title: 'Device locations',
    description: 'The newest position of each device that has sent one. Their time is `recordedAt`.',
    scope: 'locations:read',
    filters: ['deviceId', 'kind', 'siteId', 'externalId', 'tag'],
  },
  {
    id: 'tracks',
    kind: 'tracks',
    title: 'Tracks',
    description:
      'The paths of devices, a line for each tracking session with two points or more. Their time is `startedAt`.',
    scope: 'locations:read',
    filters: ['deviceId'],
  },
];

const prefixOfForms = 'submissions.';

/** The collection of a form. */
export const ofForm = (formId: string, name: string): Collection => ({
  id: prefixOfForms + formId,
  kind: 'submissions',
  title: name,
  description: 'Where submissions were made: a feature for each answered place. Their time is `collected_at`.',
  scope: 'submissions:read',
  filters: [],
});

/** The collection of any form, for the API document. */
export const anyForm = ofForm('{formId}', 'Submissions of a form');

/** The form of a collection; undefined if the collection is not one of a form. */
export const formIdOf = (id: string): string | undefined =>
  id.startsWith(prefixOfForms) ? id.slice(prefixOfForms.length) : undefined;

/** The scope of each collection, for routes with its name in their path. */
export const scopesOfCollections = {
  param: 'collectionId',
  of: Object.fromEntries([...collections, anyForm].map(({ id, scope }) => [id, scope])),
} as const;

/** The query parameters that every collection has. */
export const commonParameters: readonly string[] = ['limit', 'cursor', 'bbox', 'datetime'];

/** The documentation of the collection in a path. */
export const inCollection = {
  collectionId: {
    description:
      'Name of a collection, as `GET /ogc/collections` lists them, such as `geofences` or `submissions.<form id>`.',
  },
} as const;

interface FormCollections<C> {
  find(caller: C, id: string): Promise<Collection>;
}

/** Throws 404 for an id that no collection has. */
export async function collectionOf<C>(id: string, caller: C, forms: FormCollections<C>): Promise<Collection> {
  if (formIdOf(id) !== undefined) return await forms.find(caller, id);
  const found = collections.find((collection) => collection.id === id);
  if (!found) throw notFound('collection');
  return found;
}

/** Refuses filters that the collection does not have, like any unknown parameter. */
export function requireFilters({ id, filters }: Collection, query: Readonly<Record<string, unknown>>): void {
  const known: readonly string[] = [...filters, ...commonParameters];
  const unknown = Object.keys(query).filter((name) => query[name] !== undefined && !known.includes(name));
  if (unknown.length === 0) return;
  const msg = `No filter of "${id}"`;
  throw invalidFields(unknown.map((name) => ({ type: 'unknown_field', loc: ['query', name], msg })));
}
