import * as z from 'zod';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { BulkItemInput, DedupMatch, strategies } from './wire.ts';

/**
 * What bulk creation would do, row by row. To create a row, send it with its `input_address` as `address`. It may also
 * have `index`, `status`, `lat`, `lng`, `normalized_address` and `tags`.
 */

export const PreviewRequest = strictObject(
  whenMade({
    items: z.array(BulkItemInput).min(1),
    dedup_strategy: z
      .enum(strategies)
      .optional()
      .meta({ description: 'Accepted for the sake of bulk creation; has no effect here.' }),
  }),
).meta({
  id: 'PreviewRequest',
  example: { items: [{ address: '1 Infinite Loop, Cupertino, CA' }] },
});

const previewCodes = ['GEOCODE_FAILED', 'GEOCODER_RATE_LIMIT', 'INVALID_TAGS'] as const;

export const PreviewItem = z
  .object({
    index: z.int(),
    input_address: z.string(),
    status: z.enum(['ok', 'dedup', 'error']),
    normalized_address: z.string().nullable(),
    lat: z.number().nullable(),
    lng: z.number().nullable(),
    confidence: z.number().nullable().meta({ description: '0 to 1. Null for an error, and when the point was given.' }),
    dedup_match: DedupMatch.nullable(),
    error_reason: z.string().nullable(),
    error_code: z.enum(previewCodes).nullable(),
    tags: z.array(z.string()),
  })
  .meta({ id: 'PreviewItem' });

export const PreviewResponse = z
  .object({
    items: z.array(PreviewItem),
    total: z.int(),
    ok_count: z.int(),
    dedup_count: z.int(),
    error_count: z.int(),
  })
  .meta({
    id: 'PreviewResponse',
    example: {
      items: [
        {
          index: 0,
          input_address: '1 Infinite Loop, Cupertino, CA',
          status: 'dedup',
          normalized_address: '1 Infinite Loop, Cupertino, CA, 95014, USA',
          lat: 37.3318,
          lng: -122.0312,
          confidence: 0.97,
          dedup_match: {
            geofence_id: '660e8400-e29b-41d4-a716-446655440001',
            name: 'Existing Apple HQ',
            distance_meters: 12.3,
          },
          error_reason: null,
          error_code: null,
          tags: [],
        },
      ],
      total: 1,
      ok_count: 0,
      dedup_count: 1,
      error_count: 0,
    },
  });
