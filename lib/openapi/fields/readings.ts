import type { FieldTexts } from './field-texts.ts';

/** Readings of sensors. */
export const readingFields: readonly FieldTexts[] = [
  {
    of: ['ReadingsReport', 'ReadingsReceipt', 'ReadingError'],
    texts: {
      deviceId: 'Id of the device that has measured.',
      readings: '1 to 500 readings. Of several of one sensor and instant, the last one counts.',
      accepted: 'Readings that are stored.',
      rejected: 'Readings that are not stored; `errors` says why.',
      errors: 'What is wrong with single readings, in the order of the request.',
      error_code: 'What is wrong, as a code that does not change.',
      message: 'What is wrong, for people.',
    },
  },
  {
    of: [
      ...['RawReadings', 'ReadingPoint', 'AggregatedReadings', 'ReadingBucket', 'ReadingStats'],
      ...['ReadingsAnswer', 'ReadingsQuestion', 'listRawReadings', 'aggregateReadings', 'summarizeReadings'],
    ],
    texts: {
      sensorId: 'Id of the sensor.',
      sensorIds: '1 to 50 ids of sensors.',
      results: 'The answer of the view for each sensor, in the order of the request.',
      points: 'In the requested order; buckets in order of time.',
      nextCursor: 'For the next page; null on the last page, and always null for buckets.',
      interval: 'The length of a bucket.',
      limit: 'Points on a page: 1 to 5,000; 1,000 if absent.',
      recordedAt: 'When it was measured; UTC.',
      start: 'When the bucket begins, which may be before the span; UTC.',
      firstAt: 'When the first reading was measured; null: none. UTC.',
      lastAt: 'When the last reading was measured; null: none. UTC.',
    },
  },
];
