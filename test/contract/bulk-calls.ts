import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { assignFeatures } from '../../shared/operator/workspaces.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { newKey, newWorkspace } from '../support/stack.ts';
import { type Call, row, text } from './call.ts';
import type { World } from './world.ts';

/** Calls of bulk creation and its preview, in addition to those that every route shares. */

const address = '1 Infinite Loop, Cupertino, CA';
const one = (item: object, more: object = {}) => ({ body: { items: [{ address, ...item }], ...more } });
/** A remote place at which no other call has created a geofence. */
const nowhere = () => ({ lat: Math.random() * 60 - 30, lng: -130 - Math.random() * 20 });

const refused = (title: string, body: object, type: string, loc: readonly (string | number)[]) =>
  row(title, { body }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['body', ...loc], msg: text }] } });

async function keyWithoutFeature(): Promise<string> {
  const workspace: WorkspaceRow = await assignFeatures(await newWorkspace(), []);
  return await newKey(workspace, { scopes: ['geofences:write'] });
}

/** Rows of all routes that accept the items of a batch. */
const itemRows: readonly Call[] = [
  refused('no items', { items: [] }, 'too_short', ['items']),
  refused('an item without an address', { items: [{ name: 'Nowhere' }] }, 'missing', ['items', 0, 'address']),
  refused('an address that is null', { items: [{ address: null }] }, 'missing', ['items', 0, 'address']),
  refused('a blank address', { items: [{ address: ' \t' }] }, 'too_short', ['items', 0, 'address']),
  refused('an address of 501 characters', { items: [{ address: 'a'.repeat(501) }] }, 'too_long', [
    'items',
    0,
    'address',
  ]),
  refused('a name of 256 characters', one({ name: 'n'.repeat(256) }).body, 'too_long', ['items', 0, 'name']),
  refused('a buffer of 0', one({ buffer_meters: 0 }).body, 'too_small', ['items', 0, 'buffer_meters']),
  refused('a buffer of 10001', one({ buffer_meters: 10_001 }).body, 'too_large', ['items', 0, 'buffer_meters']),
  refused('a buffer of 1.5', one({ buffer_meters: 1.5 }).body, 'type_error', ['items', 0, 'buffer_meters']),
  refused('tags that are text', one({ tags: 'gold' }).body, 'type_error', ['items', 0, 'tags']),
  refused('tags that are numbers', one({ tags: [1] }).body, 'type_error', ['items', 0, 'tags', 0]),
  refused('a latitude alone', one({ lat: 1 }).body, 'missing', ['items', 0, 'lng']),
  refused('a longitude out of range', one({ lat: 1, lng: 181 }).body, 'too_large', ['items', 0, 'lng']),
  refused('a status, which a preview does not have', one({ status: 'created' }).body, 'enum', ['items', 0, 'status']),
  refused('an unknown strategy', one({}, { dedup_strategy: 'merge' }).body, 'enum', ['dedup_strategy']),
  row('an item field in the other case', one({ bufferMeters: 5 }), [422, 'VALIDATION_ERROR'], {
    body: {
      detail: [
        {
          type: 'unknown_field',
          loc: ['body', 'items', 0, 'bufferMeters'],
          msg: 'Unknown field "bufferMeters"; did you mean "buffer_meters"? (no item was processed)',
        },
      ],
    },
  }),
  row('501 items of any kind', { body: { items: Array(501).fill(0) } }, [413, 'BATCH_TOO_LARGE'], {
    body: { detail: 'Batch too large: 501 > 500', details: { max_items: 500, requested_items: 501 } },
  }),
  row(
    'a workspace without the feature',
    async () => ({ ...one({}), key: await keyWithoutFeature() }),
    [403, 'FEATURE_NOT_ENABLED'],
    { body: { details: { feature: 'BULK_IMPORT' } } },
  ),
];

const created = { index: 0, status: 'created', geofence_id: text };

export const bulkCalls: Readonly<Record<string, readonly Call[]>> = {
  'geofences/bulk-create': [
    row('a point of the caller’s', async () => one(nowhere()), 201, { body: { results: [created] } }),
    row(
      'null for all fields that may be absent',
      async () => one({ ...nowhere(), name: null, tags: null, index: null }),
      201,
      {
        body: { results: [created] },
      },
    ),
    row('a row that is skipped', one({ status: 'skipped' }), 201, { body: { results: [] } }),
    row('invalid tags', one({ tags: ['ok', '!no'] }), 201, {
      body: {
        results: [
          { index: 0, status: 'error', error_code: 'INVALID_TAGS', error: { code: 'INVALID_TAGS', message: text } },
        ],
      },
    }),
    row('21 tags', one({ tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }), 201, {
      body: { results: [{ error_code: 'INVALID_TAGS' }] },
    }),
    row(
      'a duplicate under fail',
      async (world) => duplicateOf(world, { dedup_strategy: 'fail' }),
      [409, 'DUPLICATE_GEOFENCE'],
      {
        body: {
          detail: 'Duplicate geofence at index 0',
          details: {
            results: [
              {
                index: 0,
                status: 'duplicate',
                dedup_match: { geofence_id: text, name: 'A fence', distance_meters: 0 },
              },
            ],
          },
        },
      },
    ),
    row('a duplicate under skip', async (world) => duplicateOf(world, {}), 201, {
      body: { results: [{ index: 0, status: 'duplicate' }] },
    }),
    row('a duplicate that is forced', async (world) => duplicateOf(world, { dedup_strategy: 'override' }), 201, {
      body: { results: [{ ...created, dedup_match: { geofence_id: text, name: 'A fence', distance_meters: 0 } }] },
    }),
    row('respond-async', async () => ({ ...one(nowhere()), headers: { prefer: 'respond-async' } }), 202, {
      headers: { 'Preference-Applied': 'respond-async', 'Retry-After': '2', Location: text },
      body: { batch_id: text, status_url: text, results: expect.any(Array) },
    }),
    ...itemRows,
  ],
  'geofences/bulk-get': [
    row('a batch', async (world) => ({ params: { batch_id: await aBatch(world) } }), 200, {
      body: { total: 1, status: expect.stringMatching(/^(processing|completed)$/) },
    }),
    row('an unknown id', { params: { batch_id: randomUUID() } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'batch' } },
    }),
    row('a text that is not an id', { params: { batch_id: 'x'.repeat(3000) } }, [404, 'NOT_FOUND']),
  ],
  'geofences/preview': [
    row('a point of the caller’s', async () => one({ ...nowhere(), normalized_address: 'Here' }), 200, {
      body: {
        items: [{ index: 0, input_address: address, status: 'ok', normalized_address: 'Here', confidence: null }],
        total: 1,
        ok_count: 1,
        dedup_count: 0,
        error_count: 0,
      },
    }),
    row('a duplicate', async (world) => duplicateOf(world, { dedup_strategy: 'fail' }), 200, {
      body: { items: [{ status: 'dedup', dedup_match: { name: 'A fence', distance_meters: 0 } }], dedup_count: 1 },
    }),
    row('two rows at one place', async () => twice(nowhere()), 200, {
      body: { items: [{ status: 'ok' }, { status: 'dedup', dedup_match: { geofence_id: null, item_index: 0 } }] },
    }),
    row('invalid tags', one({ tags: ['!no'] }), 200, {
      body: { items: [{ status: 'error', error_code: 'INVALID_TAGS', error_reason: text, lat: null }], error_count: 1 },
    }),
    ...itemRows,
  ],
};

const twice = (at: object) => ({
  body: {
    items: [
      { address, ...at },
      { address, ...at },
    ],
  },
});

async function duplicateOf(world: World, more: object) {
  const { lat, lng } = nowhere();
  await world.fence({ latitude: lat, longitude: lng });
  return one({ lat, lng }, more);
}

/** A batch of this workspace, sent with `Prefer: respond-async`. */
export async function aBatch(world: World): Promise<string> {
  const { body } = await world.call('geofences/bulk-create', {
    ...one(nowhere()),
    headers: { prefer: 'respond-async' },
  });
  return body.batch_id;
}
