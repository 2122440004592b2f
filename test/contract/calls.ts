import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { apiKeyCalls } from './api-key-calls.ts';
import { auditCalls } from './audit-calls.ts';
import { authCalls } from './auth-calls.ts';
import { billingCalls } from './billing-calls.ts';
import { bulkCalls } from './bulk-calls.ts';
import { type Call, fieldRows, row, text } from './call.ts';
import { certificateCalls } from './certificate-calls.ts';
import { channelCalls } from './channel-calls.ts';
import { commandCalls } from './command-calls.ts';
import { deviceCalls } from './device-calls.ts';
import { exportCalls } from './export-calls.ts';
import { fieldCalls } from './field-calls.ts';
import { formExportCalls } from './form-export-calls.ts';
import { insightCalls } from './insight-calls.ts';
import { limitCalls } from './limit-calls.ts';
import { locationCalls } from './location-calls.ts';
import { mediaCalls } from './media-calls.ts';
import { ogcCalls } from './ogc-calls.ts';
import { peopleCalls } from './people-calls.ts';
import { phoneCalls } from './phone-calls.ts';
import { profileCalls } from './profile-calls.ts';
import { quarantineCalls } from './quarantine-calls.ts';
import { readingCalls } from './reading-calls.ts';
import { registrationCalls } from './registration-calls.ts';
import { sessionCalls } from './session-calls.ts';
import { simulateCalls } from './simulate-calls.ts';
import { syncCalls } from './sync-calls.ts';
import { topologyCalls } from './topology-calls.ts';
import { formWebhookCalls, webhookCalls } from './webhook-calls.ts';
import { workflowCalls } from './workflow-calls.ts';
import { workspaceCalls } from './workspace-calls.ts';
import type { World } from './world.ts';

/** The responses of each route to good and bad calls of its own; calls that every route shares are in `every-route`. */

const circle = { name: 'Circle', latitude: 1, longitude: 2 };
const square = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [0, 0],
];
const polygon = { type: 'Polygon', coordinates: [square] };
/** With a bounding box, a reference system, heights and measures. */
const fromTool = {
  ...polygon,
  bbox: [0, 0, 1, 1],
  crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC:1.3:CRS84' } },
  coordinates: [square.map((position) => [...position, 12.5, 0])],
};
const at = async (world: World, draft = {}) => ({ params: { id: (await world.fence(draft)).id as string } });
const unknown = { id: randomUUID() };

const own: Readonly<Record<string, readonly Call[]>> = {
  ...apiKeyCalls,
  ...bulkCalls,
  ...certificateCalls,
  ...commandCalls,
  ...deviceCalls,
  ...exportCalls,
  ...insightCalls,
  ...fieldCalls,
  ...formExportCalls,
  ...formWebhookCalls,
  ...mediaCalls,
  ...locationCalls,
  ...quarantineCalls,
  ...phoneCalls,
  ...profileCalls,
  ...readingCalls,
  ...registrationCalls,
  ...sessionCalls,
  ...webhookCalls,
  'geofences/check': [
    row('a point', { body: { latitude: 1, longitude: 2 } }, 200, { body: { customerId: null, count: 0, matches: [] } }),
    row('a customer', { body: { latitude: -90, longitude: 180, customerId: 'c-77' } }, 200, {
      body: { customerId: 'c-77', latitude: -90 },
    }),
    row('no longitude', { body: { latitude: 1 } }, [400, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'missing', loc: ['body', 'longitude'], msg: 'Field required' }] },
    }),
    row('text in place of a number', { body: { latitude: '1', longitude: 2 } }, [400, 'VALIDATION_ERROR']),
    row('a customer of 257 characters', { body: { latitude: 1, longitude: 2, customerId: 'c'.repeat(257) } }, [
      400,
      'VALIDATION_ERROR',
    ]),
  ],
  'geofences/check-batch': [
    row(
      'points',
      {
        body: {
          points: [
            { id: 'a', latitude: 1, longitude: 2 },
            { latitude: -90, longitude: 180 },
          ],
        },
      },
      200,
      {
        body: {
          results: [
            { id: 'a', customerId: null, latitude: 1, longitude: 2, count: 0, matches: [] },
            { id: null, customerId: null, latitude: -90, longitude: 180, count: 0, matches: [] },
          ],
        },
      },
    ),
    row(
      'an invalid point beside a valid one',
      {
        body: {
          points: [
            { id: 'a', latitude: 91, longitude: 2 },
            { latitude: 1, longitude: 2 },
          ],
        },
      },
      200,
      {
        body: { results: [{ id: 'a', error_code: 'POINT_INVALID', message: text }, { count: 0 }] },
      },
    ),
    row('no points', { body: {} }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'missing', loc: ['body', 'points'], msg: 'Field required' }] },
    }),
    row('an empty list', { body: { points: [] } }, [422, 'VALIDATION_ERROR']),
    row('500 points', { body: { points: Array(500).fill({ latitude: 1, longitude: 2 }) } }, 200),
    row('501 points', { body: { points: Array(501).fill({}) } }, [413, 'BATCH_TOO_LARGE'], {
      body: { details: { max_items: 500, requested_items: 501 } },
    }),
  ],
  'geofences/create': [
    row('a circle', { body: circle }, 201, {
      body: { radiusMeters: 500, geometryType: 'Circle', version: 1 },
      headers: { ETag: '"v1"' },
    }),
    row('a polygon', { body: { name: 'P', geometry: polygon } }, 201, { body: { geometryType: 'Polygon' } }),
    row('a polygon as GIS tools write it', { body: { name: 'P', geometry: fromTool } }, 201, {
      body: { geometry: polygon, geometryType: 'Polygon' },
    }),
    row('a tag in Hindi', { body: { ...circle, tags: ['दिल्ली'] } }, 201, { body: { tags: ['दिल्ली'] } }),
    row('neither a place nor a geometry', { body: { name: 'Nowhere' } }, [400, 'VALIDATION_ERROR'], {
      body: {
        detail: [
          { type: 'missing', loc: ['body', 'geometry'], msg: 'Field required' },
          ...['latitude', 'longitude'].map((field) => ({
            type: 'missing',
            loc: ['body', field],
            msg: expect.stringContaining('either geometry, or latitude and longitude'),
          })),
        ],
      },
    }),
    row('geometry and another place', { body: { name: 'P', geometry: polygon, latitude: 9 } }, [
      400,
      'VALIDATION_ERROR',
    ]),
    row(
      'a taken externalId',
      async (world) => {
        const { externalId } = await world.fence({ externalId: `e-${randomUUID()}` });
        return { body: { ...circle, externalId } };
      },
      [409, 'EXTERNAL_ID_EXISTS'],
    ),
    ...fieldRows(400, async (_, body) => ({
      body: 'geometry' in body ? { name: 'P', ...body } : { ...circle, ...body },
    })),
  ],
  'geofences/update': [
    row(
      'a taken externalId',
      async (world) => {
        const { externalId } = await world.fence({ externalId: `e-${randomUUID()}` });
        return { body: { id: (await world.fence()).id, externalId } };
      },
      [409, 'EXTERNAL_ID_EXISTS'],
    ),
    row('a name', async (world) => ({ body: { id: (await world.fence()).id, name: 'New' } }), 200, {
      body: { name: 'New', version: 2 },
    }),
    row('what was read', async (world) => ({ body: await world.fence() }), 200, { body: { version: 1 } }),
    row('no id', { body: { name: 'New' } }, [400, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'missing', loc: ['body', 'id'], msg: 'Field required' }] },
    }),
    row('an unknown id', { body: { ...unknown, name: 'New' } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'geofence' } },
    }),
    row(
      'another version',
      async (world) => ({ body: { id: (await world.fence()).id, name: 'New' }, headers: { 'If-Match': '"v9"' } }),
      [412, 'PRECONDITION_FAILED'],
      {
        body: { details: { current_version: 1 } },
      },
    ),
    ...fieldRows(400, async (world, body) => ({ body: { id: (await world.fence()).id, ...body } })),
  ],
  'geofences/delete-by-query': [
    row('an id', async (world) => ({ query: `id=${(await world.fence()).id}` }), 200, { body: { success: true } }),
    row('no id', {}, [400, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'missing', loc: ['query', 'id'], msg: 'Field required' }] },
    }),
    row('an unknown id', { query: `id=${unknown.id}` }, [404, 'NOT_FOUND']),
    row('a text that is not an id', { query: `id=${'x'.repeat(3000)}` }, [400, 'VALIDATION_ERROR']),
    row(
      'another version',
      async (world) => ({ query: `id=${(await world.fence()).id}`, headers: { 'If-Match': '"v9"' } }),
      [412, 'PRECONDITION_FAILED'],
    ),
  ],
  'geofences/get': [
    row('a fence', at, 200, { headers: { ETag: '"v1"' } }),
    row('an unknown id', { params: unknown }, [404, 'NOT_FOUND'], { body: { details: { resource: 'geofence' } } }),
    row('a text that is not an id', { params: { id: 'not-a-uuid' } }, [404, 'NOT_FOUND']),
    row('an id of 4,000 characters', { params: { id: 'é'.repeat(4000) } }, [404, 'NOT_FOUND']),
  ],
  'geofences/replace': [
    row(
      'a taken externalId',
      async (world) => {
        const { externalId } = await world.fence({ externalId: `e-${randomUUID()}` });
        return { ...(await at(world)), body: { ...circle, externalId } };
      },
      [409, 'EXTERNAL_ID_EXISTS'],
    ),
    row('the whole', async (world) => ({ ...(await at(world, { tags: ['old'] })), body: circle }), 200, {
      body: { tags: [], version: 2 },
    }),
    row(
      'what was read',
      async (world) => {
        const body = await world.fence({ tags: ['old'] });
        return { params: { id: body.id }, body };
      },
      200,
      { body: { tags: ['old'], version: 1 } },
    ),
    row('no name', async (world) => ({ ...(await at(world)), body: { latitude: 1, longitude: 2 } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('an unknown id', { params: unknown, body: circle }, [404, 'NOT_FOUND']),
    row('another version', async (world) => ({ ...(await at(world)), body: circle, headers: { 'If-Match': '"v9"' } }), [
      412,
      'PRECONDITION_FAILED',
    ]),
    ...fieldRows(422, async (world, body) => ({
      ...(await at(world)),
      body: 'geometry' in body ? { name: 'P', ...body } : { ...circle, ...body },
    })),
  ],
  'geofences/patch': [
    row('one field', async (world) => ({ ...(await at(world, { tags: ['kept'] })), body: { name: 'New' } }), 200, {
      body: { name: 'New', tags: ['kept'], version: 2 },
    }),
    row('nothing', async (world) => ({ ...(await at(world)), body: {} }), 200, { body: { version: 1 } }),
    row(
      'null for a field that may be empty',
      async (world) => ({
        ...(await at(world, { tags: ['t'], groupName: 'g' })),
        body: { tags: null, groupName: null, description: null },
      }),
      200,
      {
        body: { tags: [], groupName: null, description: '' },
      },
    ),
    row('null for a field that may not be empty', async (world) => ({ ...(await at(world)), body: { name: null } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row(
      'only a latitude for a polygon',
      async (world) => ({ ...(await at(world, { geometry: polygon })), body: { latitude: 5 } }),
      [422, 'VALIDATION_ERROR'],
    ),
    row('an unknown id', { params: unknown, body: { name: 'New' } }, [404, 'NOT_FOUND']),
    row(
      'another version',
      async (world) => ({ ...(await at(world)), body: { name: 'New' }, headers: { 'If-Match': '"v9"' } }),
      [412, 'PRECONDITION_FAILED'],
    ),
    row(
      'a taken externalId',
      async (world) => {
        const { externalId } = await world.fence({ externalId: `e-${randomUUID()}` });
        return { ...(await at(world)), body: { externalId } };
      },
      [409, 'EXTERNAL_ID_EXISTS'],
    ),
    ...fieldRows(422, async (world, body) => ({ ...(await at(world)), body })),
  ],
  'geofences/delete': [
    row('a fence', at, 204),
    row('an unknown id', { params: unknown }, [404, 'NOT_FOUND']),
    row('another version', async (world) => ({ ...(await at(world)), headers: { 'If-Match': '"v9"' } }), [
      412,
      'PRECONDITION_FAILED',
    ]),
    row(
      'the version it has, weak, in a list',
      async (world) => ({ ...(await at(world)), headers: { 'If-Match': '"v7", W/"v1"' } }),
      204,
    ),
    row('any version', async (world) => ({ ...(await at(world)), headers: { 'If-Match': '*' } }), 204),
  ],
  'geofences/list': [
    row('all', {}, 200),
    row('a status', { query: 'status=inactive' }, 200),
    row('a status in another case', { query: 'status=Active' }, [400, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'enum', loc: ['query', 'status'], msg: text }] },
    }),
    row('two tags', { query: 'tag=a&tag=b' }, 200, { body: { data: [] } }),
    row('an unknown group', { query: 'group=%C3%A9' }, 200, { body: { data: [], total: 0 } }),
    row('an unknown external id', { query: 'externalId=nobody' }, 200, { body: { data: [], total: 0 } }),
    row('an empty external id', { query: 'externalId=' }, [400, 'VALIDATION_ERROR']),
    row('a box', { query: 'bbox=0,0,1,1' }, 200, { body: { total: null } }),
    row('a box across ±180', { query: 'bbox=170,-20,-170,-10' }, 200),
    row('a box of three numbers', { query: 'bbox=0,0,1' }, [400, 'VALIDATION_ERROR']),
    row('a box upside down', { query: 'bbox=0,1,1,0' }, [400, 'VALIDATION_ERROR']),
    row('a place', { query: 'near=1,2' }, 200, { body: { total: null } }),
    row('a place and a distance', { query: 'near=1,2,100000' }, 200),
    row('a distance that is too large', { query: 'near=1,2,100001' }, [400, 'VALIDATION_ERROR']),
    row('a place outside of the globe', { query: 'near=91,0' }, [400, 'VALIDATION_ERROR']),
    row('a box and a place', { query: 'bbox=0,0,1,1&near=0,0' }, [400, 'VALIDATION_ERROR']),
    row('an unknown parameter', { query: 'tags=blue' }, [400, 'VALIDATION_ERROR']),
    row('parameters without a meaning', { query: '_=1&utm_source=mail' }, 200),
  ],
  'geofences/cells': [
    row('a circle', at, 200, { body: { scheme: 'h3', covers: true, geofenceVersion: 1 } }),
    row('as GeoJSON', async (world) => ({ ...(await at(world)), query: 'format=geojson' }), 200, {
      body: { type: 'FeatureCollection' },
    }),
    row(
      'as GeoJSON across ±180',
      async (world) => ({ ...(await at(world, { latitude: 40, longitude: 180 })), query: 'format=geojson' }),
      200,
      {
        body: {
          features: expect.arrayContaining([
            expect.objectContaining({ geometry: expect.objectContaining({ type: 'MultiPolygon' }) }),
          ]),
        },
      },
    ),
    row('in another format', async (world) => ({ ...(await at(world)), query: 'format=kml' }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('an unknown id', { params: unknown }, [404, 'NOT_FOUND']),
  ],
  'geofences/explain': [
    row('a point', { body: { latitude: 1, longitude: 2 } }, 200),
    row(
      'a fence',
      async (world) => ({ body: { latitude: 0, longitude: 0, geofenceId: (await world.fence()).id } }),
      200,
      {
        body: { geofences: [{ inside: false, indexHit: false, state: null }] },
      },
    ),
    row('no point', { body: {} }, [422, 'VALIDATION_ERROR']),
    row('an unknown fence', { body: { latitude: 0, longitude: 0, geofenceId: unknown.id } }, [404, 'NOT_FOUND']),
  ],
  ...auditCalls,
  ...authCalls,
  ...billingCalls,
  ...channelCalls,
  ...ogcCalls,
  ...peopleCalls,
  ...simulateCalls,
  ...syncCalls,
  ...topologyCalls,
  ...workflowCalls,
  ...workspaceCalls,
  'service/health': [row('anyone', { key: undefined }, 200, { body: { status: 'ok', database: 'connected' } })],
  // Over HTTP only, in test/e2e/front-door.stack.test.ts.
  'service/fallback': [],
  'service/jwks': [
    row('anyone', { key: undefined }, 200, {
      headers: { 'Cache-Control': 'public, max-age=300' },
      body: { keys: [{ kty: 'EC', crv: 'P-256', kid: 't1', alg: 'ES256', use: 'sig' }] },
    }),
  ],
  'service/openapi': [
    row('anyone', { key: undefined }, 200, { body: { openapi: expect.stringMatching(/^3\.0\./) } }),
    row('with a credential', {}, 200),
  ],
  'service/api-docs': [row('anyone', { key: undefined }, 200, { body: { openapi: text } })],
  'service/docs': [row('anyone', { key: undefined }, 200)],
  'service/docs-assets': [row('an unknown file', { params: { file: 'x.js' } }, [404, 'ROUTE_NOT_FOUND'])],
  'service/docs-error': [
    row('a code', { params: { code: 'VALIDATION_ERROR' } }, 200),
    row('no code', { params: { code: 'toString' } }, [404, 'ROUTE_NOT_FOUND']),
  ],
  'service/docs-errors': [row('anyone', { key: undefined }, 200)],
  'service/root': [row('anyone', { key: undefined }, 302, { headers: { Location: text } })],
  'service/specs': [
    row('the latest', { params: { document: 'openapi-latest.json' } }, 200),
    row('a release that does not exist', { params: { document: 'openapi-v0.0.0.json' } }, [404, 'ROUTE_NOT_FOUND']),
  ],
};

export const calls: Readonly<Record<string, readonly Call[]>> = {
  ...own,
  ...Object.fromEntries(Object.entries(limitCalls).map(([name, rows]) => [name, [...(own[name] ?? []), ...rows]])),
};
