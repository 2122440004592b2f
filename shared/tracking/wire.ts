import * as z from 'zod';
import { pointFaults } from '../locations/given.ts';
import { transitionTypes } from '../transitions/transition.ts';

/** The responses to requests that report points. */

const counts = {
  accepted: z.int().meta({ description: 'Points that are stored, or will be.' }),
  duplicates: z.int().meta({
    description: 'Points with the time of another one, which stays. In a 202 only those of the request itself.',
  }),
  rejected: z.int(),
  errors: z.array(
    z
      .object({
        index: z.int().meta({ description: 'The place of the point in the request, from 0.' }),
        error_code: z.enum(pointFaults),
        message: z.string(),
      })
      .meta({ id: 'PointError' }),
  ),
};

const example = {
  accepted: 2,
  duplicates: 0,
  rejected: 1,
  errors: [{ index: 2, error_code: 'TIMESTAMP_IN_FUTURE' as const, message: 'recordedAt is in the future' }],
};

/** Points that are stored and evaluated. */
export const IngestResult = z
  .object({
    ...counts,
    events: z.array(
      z.object({ type: z.enum(transitionTypes), geofenceId: z.uuid(), id: z.uuid() }).meta({ id: 'IngestedEvent' }),
    ),
  })
  .meta({
    id: 'IngestResult',
    example: {
      ...example,
      events: [
        {
          type: 'enter',
          geofenceId: '550e8400-e29b-41d4-a716-446655440000',
          id: '019d14ea-6840-7b1c-8f5e-3a0d2c4b6e81',
        },
      ],
    },
  });

/** Points that will be stored and evaluated within seconds. */
export const IngestReceipt = z.object(counts).meta({ id: 'IngestReceipt', example });
