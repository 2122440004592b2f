import type { Scope } from '../auth/scopes.ts';
import type { FormInclude, Include, ScopeType, TableInclude } from './terms.ts';

/** What an export may include: from which objects, and who may read it. */
export interface Content {
  readonly scopes: readonly ScopeType[];
  readonly reads: Scope;
  /** The fields of the job with the numbers of its rows and of its media files. */
  readonly counts: Partial<Readonly<Record<Counted, CountField>>>;
}

/** What is counted of a part: rows of its table, or submissions; media files. */
export type Counted = 'rows' | 'files';

export type CountField =
  | 'readingCount'
  | 'annotationCount'
  | 'locationCount'
  | 'eventCount'
  | 'submissionCount'
  | 'mediaCount';

const ofForm = (counts: Content['counts']): Content => ({ scopes: ['FORM'], reads: 'submissions:export', counts });

const tables: Readonly<Record<TableInclude, Content>> = {
  READINGS: {
    scopes: ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR'],
    reads: 'readings:read',
    counts: { rows: 'readingCount' },
  },
  ANNOTATIONS: {
    scopes: ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR'],
    reads: 'analytics:read',
    counts: { rows: 'annotationCount' },
  },
  LOCATIONS: { scopes: ['SITE', 'DEVICE'], reads: 'locations:read', counts: { rows: 'locationCount' } },
  EVENTS: { scopes: ['SITE', 'DEVICE', 'GEOFENCE'], reads: 'events:read', counts: { rows: 'eventCount' } },
};

const forms: Readonly<Record<FormInclude, Content>> = {
  SUBMISSIONS_CSV: ofForm({ rows: 'submissionCount' }),
  SUBMISSIONS_GEOJSON: ofForm({ rows: 'submissionCount' }),
  SUBMISSIONS_GPX: ofForm({ rows: 'submissionCount' }),
  SUBMISSIONS_MEDIA: ofForm({ files: 'mediaCount' }),
  SUBMISSIONS_PACKAGE: ofForm({ rows: 'submissionCount', files: 'mediaCount' }),
};

export const contents: Readonly<Record<Include, Content>> = { ...tables, ...forms };
