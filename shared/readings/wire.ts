import * as z from 'zod';
import { readingFaults } from './given.ts';

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
