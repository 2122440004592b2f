import type { Scope } from '../auth/scopes.ts';
import type { Include, ScopeType } from './terms.ts';

/** What an export may include: from which objects, and who may read it. */
export interface Content {
  readonly scopes: readonly ScopeType[];
  readonly reads: Scope;
  /** The field of the job with the number of its rows. */
  readonly count: 'readingCount' | 'annotationCount' | 'locationCount' | 'eventCount';
}

export const contents: Readonly<Record<Include, Content>> = {
  READINGS: {
    scopes: ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR'],
    reads: 'readings:read',
    count: 'readingCount',
  },
  ANNOTATIONS: {
    scopes: ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR'],
    reads: 'analytics:read',
    count: 'annotationCount',
  },
  LOCATIONS: { scopes: ['SITE', 'DEVICE'], reads: 'locations:read', count: 'locationCount' },
  EVENTS: { scopes: ['SITE', 'DEVICE', 'GEOFENCE'], reads: 'events:read', count: 'eventCount' },
};
