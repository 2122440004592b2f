import type { Scope } from '../auth/scopes.ts';
import { notFound } from '../problems/problem.ts';

/** A set of features, each with an `id`, a geometry and an instant. */
export interface Collection {
  readonly id: 'geofences';
  readonly title: string;
  readonly description: string;
  /** The scope that a credential needs to read it. */
  readonly scope: Scope;
}

export const collections: readonly Collection[] = [
  {
    id: 'geofences',
    title: 'Geofences',
    description: 'Areas as polygons; circles with 64 sides. Their time is the time of their creation.',
    scope: 'geofences:read',
  },
];

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
