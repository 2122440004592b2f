import * as z from 'zod';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { tagRule } from '../wire/tags.ts';
import { filledProse, line, prose } from '../wire/text.ts';

/** Bulk creation from addresses as the API shows it. Fields that do not apply to a result are absent, not null. */

const coordinates = {
  lat: z
    .number()
    .min(-90)
    .max(90)
    .optional()
    .meta({ description: 'Degrees. An item with `lat` and `lng` is placed there and not geocoded.' }),
  lng: z
    .number()
    .min(-180)
    .max(180)
    .optional()
    .meta({ description: 'Degrees. An item with `lng` and `lat` is placed there and not geocoded.' }),
};

export const BulkItemInput = strictObject(
  whenMade({
    address: filledProse(500).meta({ description: 'Street address to geocode.' }),
    name: line(255).optional().meta({ description: 'Display name. If it is absent or blank, the address is used.' }),
    buffer_meters: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .meta({ description: 'Radius of the geofence in metres; 100 if absent.' }),
    // The schema's limit is far above the allowed number: a list that is a little too long fails only its own item.
    tags: z
      .array(z.string())
      .max(1000)
      .optional()
      .meta({
        description: `Up to 20, each of ${tagRule}. Other tags make the item fail with \`INVALID_TAGS\`.`,
      }),
    index: z.int().optional().meta({ description: 'As preview returned it. Ignored; the position in `items` counts.' }),
    status: z.enum(['ok', 'dedup', 'error', 'skipped']).optional().meta({
      description: 'As preview returned it. A row that is `skipped` is not processed; other values are ignored.',
    }),
    ...coordinates,
    normalized_address: prose(500).optional().meta({ description: 'Stored in `metadata` if a point is given.' }),
    override_dedup: z.boolean().optional().meta({ description: 'Create this item even if it is a duplicate.' }),
  }),
)
  .superRefine(({ lat, lng }, context) => {
    if ((lat === undefined) === (lng === undefined)) return;
    const path = [lat === undefined ? 'lat' : 'lng'];
    context.addIssue({
      code: 'custom',
      path,
      message: 'Send both "lat" and "lng" or neither',
      params: { type: 'missing' },
    });
  })
  .meta({ id: 'BulkItemInput' });

export const strategies = ['skip', 'override', 'fail'] as const;
export type Strategy = (typeof strategies)[number];

export const BulkCreateRequest = strictObject(
  whenMade({
    items: z.array(BulkItemInput).min(1),
    dedup_strategy: z.enum(strategies).default('skip').meta({
      description:
        'How to treat an item whose point already lies in a geofence: `skip` reports it, `override` creates it anyway, `fail` refuses the whole batch. Default `skip`.',
    }),
  }),
).meta({
  id: 'BulkCreateRequest',
  example: {
    items: [
      {
        address: '123 Main St, San Francisco, CA',
        name: 'SF Downtown Hub',
        buffer_meters: 100,
        tags: ['customer:acme', 'tier:gold'],
      },
      { address: '456 Market St, San Francisco, CA' },
    ],
    dedup_strategy: 'skip',
  },
});

const geofenceId = z.uuid();

export const DedupMatch = z
  .object({
    geofence_id: geofenceId
      .nullable()
      .meta({ description: 'Null if the item duplicates an earlier item of the batch.' }),
    name: z.string(),
    distance_meters: z.number().meta({ description: 'Metres from the centre of that geofence.' }),
    item_index: z.int().optional().meta({ description: 'Index of the earlier item, if it has no geofence.' }),
  })
  .meta({ id: 'DedupMatch' });

export const itemCodes = ['GEOCODE_FAILED', 'GEOCODER_RATE_LIMIT', 'INVALID_TAGS', 'CREATE_FAILED'] as const;
export type ItemCode = (typeof itemCodes)[number];
const itemCode = z.enum(itemCodes).meta({ id: 'BulkErrorCode', description: 'Stable; branch on it.' });
const itemError = z.object({ message: z.string(), code: itemCode }).meta({ id: 'BulkError' });

export const BulkResult = z
  .object({
    index: z.int().meta({ description: 'Position of the item in `items`, counted from 0.' }),
    status: z.enum(['created', 'duplicate', 'error']),
    geofence_id: geofenceId.optional().meta({ description: 'Only for `created`.' }),
    dedup_match: DedupMatch.optional().meta({
      description: 'For a `duplicate`, and for an item that was `created` although it is one.',
    }),
    error_code: itemCode.optional().meta({ description: 'Only for `error`.' }),
    error: itemError.optional().meta({ description: 'Only for `error`.' }),
  })
  .meta({ id: 'BulkResult' });
export type BulkResult = z.input<typeof BulkResult>;

export const results = z
  .array(BulkResult)
  .meta({ description: 'In the order of the items. Check the status of each result.' });
const id = '660e8400-e29b-41d4-a716-446655440001';
export const exampleResults: BulkResult[] = [
  { index: 0, status: 'created', geofence_id: '550e8400-e29b-41d4-a716-446655440000' },
  { index: 1, status: 'duplicate', dedup_match: { geofence_id: id, name: 'Existing SF Hub', distance_meters: 12.3 } },
  {
    index: 2,
    status: 'error',
    error_code: 'GEOCODE_FAILED',
    error: { message: 'Could not geocode address', code: 'GEOCODE_FAILED' },
  },
];

export const BulkCreateResponse = z
  .object({ results })
  .meta({ id: 'BulkCreateResponse', example: { results: exampleResults } });

export const batchId = z.uuid();

export const BulkAccepted = z
  .object({ batch_id: batchId, status_url: z.string().meta({ format: 'uri' }), results })
  .meta({
    id: 'BulkAccepted',
    example: {
      batch_id: '0b81c5d2-6f2e-4c3b-9a51-3f2d6c0e8b11',
      status_url: 'https://api.example.net/api/v1/geofences/bulk/0b81c5d2-6f2e-4c3b-9a51-3f2d6c0e8b11',
      results: [],
    },
  });
