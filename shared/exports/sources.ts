import { together } from '../entity/grants.ts';
import { annotationSource } from './annotation-source.ts';
import { eventSource } from './event-source.ts';
import { locationSource } from './location-source.ts';
import { readingSource } from './reading-source.ts';
import type { Source } from './source.ts';
import type { TableInclude } from './terms.ts';

/** The source of each part that an export may include. */
export const sources: Readonly<Record<TableInclude, Source>> = {
  READINGS: readingSource,
  ANNOTATIONS: annotationSource,
  LOCATIONS: locationSource,
  EVENTS: eventSource,
};

export const tablesOfSources = together([
  ...Object.values(sources).map(({ tables }) => tables),
  // Submissions.
  { main: ['GetItem', 'BatchGetItem', 'Query'] },
]);
