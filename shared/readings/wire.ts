import * as z from 'zod';
import { instant } from '../wire/schema.ts';
import { readingFaults } from './given.ts';
import { intervals } from './intervals.ts';

/** The answers about readings. */

export const ReadingsReceipt = z
  .object({
    accepted: z.int(),
    rejected: z.int(),
    errors: z.array(
      z
        .object({
          index: z.int().meta({ description: 'The place of the reading in the request, from 0.' }),
          error_code: z.enum(readingFaults),
          message: z.string(),
        })
        .meta({ id: 'ReadingError' }),
    ),
  })
  .meta({
    id: 'ReadingsReceipt',
    example: {
      accepted: 499,
      rejected: 1,
      errors: [{ index: 7, error_code: 'UNKNOWN_SENSOR', message: 'no sensor boiler-1/pressure' }],
    },
  });

const anyValue = 'Of the type of the sensor; `BIGINT` beyond ±2^53 as a decimal string.';
const value = (description = anyValue) =>
  z.union([z.number(), z.string(), z.boolean()]).meta({ override: {}, description });

/** A number of a bucket; a text where a whole number is beyond ±2^53. */
const measure = (description: string) =>
  z.union([z.number(), z.string()]).nullable().meta({ override: {}, description });

const functions = {
  avg: z.number().nullable().meta({ description: 'Booleans count as 0 and 1; null for texts.' }),
  min: measure('Booleans count as 0 and 1; null for texts.'),
  max: measure('Booleans count as 0 and 1; null for texts.'),
  count: z.int().meta({ description: 'Readings in the bucket.' }),
  sum: measure('Exact for `BIGINT`. Null for texts, and for a sum that no double holds.'),
  first: value('The value of the first reading.'),
  last: value('The value of the last reading.'),
};

const sensorId = z.uuid();
const example = { sensorId: '01957e2b-a40b-7c3e-8a51-3f2d6c0e8b11' };
const nextCursor = z.string().nullable();

export const RawReadings = z
  .object({
    sensorId,
    points: z.array(z.object({ recordedAt: instant(), value: value() }).meta({ id: 'ReadingPoint' })),
    nextCursor,
  })
  .meta({
    id: 'RawReadings',
    example: { ...example, points: [{ recordedAt: '2026-03-17T10:00:00Z', value: 71.4 }], nextCursor: null },
  });

export const AggregatedReadings = z
  .object({
    sensorId,
    interval: z.enum(intervals),
    points: z.array(
      z
        .object({ start: instant(), ...z.object(functions).partial().shape })
        .meta({ id: 'ReadingBucket', description: 'A bucket that is not empty, with what was asked for.' }),
    ),
    nextCursor,
  })
  .meta({
    id: 'AggregatedReadings',
    example: {
      ...example,
      interval: '1h',
      points: [{ start: '2026-03-17T10:00:00Z', avg: 70.9, min: 69.5, max: 71.4, count: 60 }],
      nextCursor: null,
    },
  });

export const ReadingStats = z
  .object({
    sensorId,
    count: z.int().meta({ description: 'Readings of the span.' }),
    min: functions.min,
    max: functions.max,
    avg: functions.avg,
    first: functions.first
      .nullable()
      .meta({ override: {}, description: 'The value of the first reading; null: none.' }),
    last: functions.last.nullable().meta({ override: {}, description: 'The value of the last reading; null: none.' }),
    firstAt: instant().nullable(),
    lastAt: instant().nullable(),
  })
  .meta({
    id: 'ReadingStats',
    example: {
      ...example,
      count: 1440,
      min: 68.2,
      max: 73.9,
      avg: 70.9,
      first: 70.1,
      last: 71.4,
      firstAt: '2026-03-17T00:00:00Z',
      lastAt: '2026-03-17T23:59:00Z',
    },
  });

/** The answers of the view that was asked for, in the order of the sensors. */
export const BatchAnswer = z
  .object({
    results: z.array(
      z
        .union([AggregatedReadings, RawReadings, ReadingStats])
        .meta({ override: { type: 'object', additionalProperties: true } }),
    ),
  })
  .meta({ id: 'ReadingsAnswer', example: { results: [RawReadings.meta()!.example] } });
