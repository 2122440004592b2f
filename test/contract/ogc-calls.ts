import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import { aDraft, aPublished, aSubmission } from './field-calls.ts';
import type { World } from './world.ts';

const geofences = { collectionId: 'geofences' };
const unknown = { collectionId: 'rivers' };
const locations = { collectionId: 'device-locations' };
const tracks = { collectionId: 'tracks' };
const geoJson = { headers: { 'Content-Type': 'application/geo+json' } };
const items = (title: string, query: string, answers: Call['answers'], more: Partial<Call> = {}) =>
  row(title, { params: geofences, query }, answers, more);
/** A device with a position. */
async function aLocatedDevice(world: World, point: object = {}): Promise<string> {
  const { params } = await aDevice(world);
  const body = { latitude: 48.2, longitude: 16.4, ...point };
  const answer = await world.call('devices/report-locations', { params, body });
  expect(answer.body).toMatchObject({ accepted: 1 });
  return params.id;
}
/** A device with a tracking session of two points. */
async function aTrack(world: World): Promise<{ deviceId: string; featureId: string }> {
  const { params } = await aDevice(world);
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const session = await world.call('devices/create-session', { params, body: { startedAt: minutesAgo(10) } });
  expect(session.status).toBe(201);
  const body = [9, 8].map((minutes, i) => ({ latitude: 48 + i, longitude: 16, recordedAt: minutesAgo(minutes) }));
  expect((await world.call('devices/report-locations', { params, body })).body).toMatchObject({ accepted: 2 });
  return { deviceId: params.id, featureId: `${params.id}.${session.body.id}` };
}
const ofForm = (formId: string) => ({ collectionId: `submissions.${formId}` });
/** A submission with a place. */
async function aPlace(world: World): Promise<{ formId: string; featureId: string }> {
  const fields = [
    { id: 'n', type: 'text', label: 'N' },
    { id: 'gps', type: 'geopoint', label: 'GPS' },
  ];
  const formId = await aPublished(world, { title: 'Places', fields });
  const data = { n: 'a', gps: { latitude: 1, longitude: 2 } };
  return { formId, featureId: `${await aSubmission(world, { form_id: formId, data })}.gps` };
}
/** A call with a key that may read only something else. */
const withOnly =
  (scope: 'geofences:read' | 'locations:read', params: Record<string, string>) => async (world: World) => ({
    params,
    key: await world.anotherKey({ scopes: [scope] }),
  });
const lacking = (scope: string): Partial<Call> => ({ body: { details: { required_scope: scope } } });
const noCollection = { body: { details: { resource: 'collection' } } };
const link = (rel: string, path: string) => expect.objectContaining({ rel, href: expect.stringMatching(`${path}$`) });

export const ogcCalls: Readonly<Record<string, readonly Call[]>> = {
  'ogc/landing': [
    row('any caller with a credential', {}, 200, {
      body: {
        links: expect.arrayContaining([
          link('self', '/api/v1/ogc'),
          link('service-desc', '/api/v1/ogc/api'),
          link('conformance', '/api/v1/ogc/conformance'),
          link('data', '/api/v1/ogc/collections'),
        ]),
      },
    }),
  ],
  'ogc/conformance': [
    row('with an unknown parameter', { query: 'f=html' }, [400, 'VALIDATION_ERROR']),
    row('any caller with a credential', {}, 200, {
      body: {
        conformsTo: ['core', 'oas30', 'geojson'].map(
          (c) => `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/${c}`,
        ),
      },
    }),
  ],
  'ogc/api': [
    row('any caller with a credential', {}, 200, {
      headers: { 'Content-Type': 'application/vnd.oai.openapi+json;version=3.0' },
      body: { openapi: expect.stringMatching(/^3\.0\./) },
    }),
  ],
  'ogc/list-collections': [
    row('all scopes', {}, 200, {
      body: {
        collections: expect.arrayContaining(
          ['geofences', 'device-locations', 'tracks'].map((id) => expect.objectContaining({ id, itemType: 'feature' })),
        ),
      },
    }),
    row('the right to read locations only', withOnly('locations:read', {}), 200, {
      body: { collections: [{ id: 'device-locations' }, { id: 'tracks' }] },
    }),
    row(
      'a key without the right to read',
      async (world) => ({ key: await world.anotherKey({ scopes: ['audit:read'] }) }),
      200,
      {
        body: { collections: [] },
      },
    ),
  ],
  'ogc/get-collection': [
    row('a form', async (world) => ({ params: ofForm(await aPublished(world)) }), 200, {
      body: { id: expect.stringMatching(/^submissions\./), title: 'Household Survey' },
    }),
    row(
      'a form, with another right',
      async (world) => ({
        ...(await withOnly('geofences:read', ofForm(await aPublished(world)))(world)),
      }),
      [403, 'SCOPE_MISSING'],
      lacking('submissions:read'),
    ),
    row(
      'a form that was never published',
      async (world) => ({ params: ofForm(await aDraft(world)) }),
      [404, 'NOT_FOUND'],
      noCollection,
    ),
    row('an unknown form', { params: ofForm(randomUUID()) }, [404, 'NOT_FOUND'], noCollection),
    row('the geofences', { params: geofences }, 200, { body: { id: 'geofences' } }),
    row(
      'where devices are',
      async (world) => {
        await aLocatedDevice(world);
        return { params: locations };
      },
      200,
      { body: { id: 'device-locations', extent: { spatial: { bbox: [expect.any(Array)] } } } },
    ),
    row('where devices are, with another right', withOnly('geofences:read', locations), [403, 'SCOPE_MISSING'], {
      ...lacking('locations:read'),
    }),
    row('the geofences, with another right', withOnly('locations:read', geofences), [403, 'SCOPE_MISSING'], {
      ...lacking('geofences:read'),
    }),
    row('one that does not exist', { params: unknown }, [404, 'NOT_FOUND'], noCollection),
    row('one of prototypes', { params: { collectionId: '__proto__' } }, [404, 'NOT_FOUND']),
  ],
  'ogc/get-schema': [
    row('of a form', async (world) => ({ params: ofForm(await aPublished(world)) }), 200, {
      body: { properties: { properties: { properties: { full_name: { type: 'string', title: 'Full Name' } } } } },
    }),
    row('of the geofences', { params: geofences }, 200, {
      headers: { 'Content-Type': 'application/schema+json' },
      body: { type: 'object', properties: { properties: { properties: { cooldownMs: { type: 'number' } } } } },
    }),
    row('of where devices are', withOnly('locations:read', locations), 200, {
      body: { properties: { properties: { properties: { recordedAt: { format: 'date-time' } } } } },
    }),
    row('to a client of JSON', { params: geofences, headers: { accept: 'application/json' } }, 200),
    row('of an unknown collection', { params: unknown }, [404, 'NOT_FOUND'], noCollection),
  ],
  'ogc/get-queryables': [
    row('of a form', async (world) => ({ params: ofForm(await aPublished(world)) }), 200, { body: { properties: {} } }),
    row('of the geofences', { params: geofences }, 200, {
      headers: { 'Content-Type': 'application/schema+json' },
      body: { properties: { status: { type: 'string', enum: ['active', 'inactive'] } } },
    }),
    row('of where devices are', withOnly('locations:read', locations), 200, {
      body: { properties: { deviceId: { type: 'string' } } },
    }),
    row('of an unknown collection', { params: unknown }, [404, 'NOT_FOUND'], noCollection),
  ],
  'ogc/list-items': [
    row('of a form', async (world) => ({ params: ofForm((await aPlace(world)).formId) }), 200, {
      ...geoJson,
      body: { numberMatched: 1, features: [{ geometry: { type: 'Point', coordinates: [2, 1] } }] },
    }),
    row(
      'of a form, in a box and a time',
      async (world) => ({
        params: ofForm((await aPlace(world)).formId),
        query: 'bbox=5,5,6,6&datetime=2020-01-01T00:00:00Z/..',
      }),
      200,
      { body: { features: [] } },
    ),
    row(
      'of a form, by a property',
      async (world) => ({
        params: ofForm((await aPlace(world)).formId),
        query: 'status=active',
      }),
      [400, 'VALIDATION_ERROR'],
    ),
    items('all', '', 200, { ...geoJson, body: { type: 'FeatureCollection', numberMatched: expect.any(Number) } }),
    row('to a client of JSON', { params: geofences, headers: { accept: 'application/json' } }, 200, geoJson),
    row('to a client of GeoJSON', { params: geofences, headers: { accept: 'application/geo+json' } }, 200, geoJson),
    row('of an unknown collection', { params: unknown }, [404, 'NOT_FOUND'], noCollection),
    items('in a box', 'bbox=-123,37,-122,38', 200, { body: { numberReturned: expect.any(Number) } }),
    items('in a box with heights', 'bbox=-123,37,-9,-122,38,9', 200),
    items('in a box across ±180', 'bbox=170,-20,-170,-10', 200, { body: { features: [] } }),
    items('in a box past 180', 'bbox=170,-20,190,-10', 200, { body: { features: [] } }),
    items('in a box as wide as several globes', 'bbox=-400,-85,400,85', 200),
    items('in a box of five numbers', 'bbox=0,0,1,1,1', [400, 'VALIDATION_ERROR']),
    items('in a box with a height of letters', 'bbox=0,0,low,1,1,high', [400, 'VALIDATION_ERROR']),
    items('in two boxes', 'bbox=0,0,1,1&bbox=0,0,1,1', [400, 'VALIDATION_ERROR']),
    items('of an instant', 'datetime=2001-01-01T00:00:00Z', 200, { body: { features: [], numberMatched: 0 } }),
    items('until an instant', 'datetime=../2001-01-01T00:00:00Z', 200, { body: { features: [] } }),
    items('of a span in a box', 'datetime=2001-01-01/2001-12-31&bbox=-180,-90,180,90', 200, { body: { features: [] } }),
    items('of a span before 1970', 'datetime=1900-01-01/1901-01-01', 200, { body: { features: [] } }),
    items('of a span whose ends are exchanged', 'datetime=2002-01-01/2001-01-01', [400, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'format', loc: ['query', 'datetime'], msg: text }] },
    }),
    items('of a status', 'status=inactive', 200, {
      body: {
        features: expect.not.arrayContaining([
          expect.objectContaining({ properties: expect.objectContaining({ status: 'active' }) }),
        ]),
      },
    }),
    items('of a status in another case', 'status=Active', [400, 'VALIDATION_ERROR']),
    items('of a tag, a group and an external id', 'tag=a&tag=b&groupName=g&group=g&externalId=nobody', 200, {
      body: { numberMatched: 0 },
    }),
    items('of an external id and a time', 'externalId=nobody&datetime=2001-01-01', 200, { body: { numberMatched: 0 } }),
    ...[
      ...['startindex=5', 'name=x', 'f=json', 'Limit=5', 'groupname=g'],
      ...['crs=http://www.opengis.net/def/crs/EPSG/0/3857', 'bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857'],
    ].map((query) =>
      items(`by a parameter that is not known: ${query}`, query, [400, 'VALIDATION_ERROR'], {
        body: { detail: [{ type: 'unknown_field', loc: ['query', query.split('=')[0]], msg: text }] },
      }),
    ),
    items('with parameters that tools add to all addresses', '_=17&utm_source=mail&limit=1', 200),
    items('of two groups', 'group=g&groupName=h', [400, 'VALIDATION_ERROR']),
    items('none', 'limit=0', [400, 'VALIDATION_ERROR']),
    items('a word in place of a number of them', 'limit=ten', [400, 'VALIDATION_ERROR']),
    items('1000', 'limit=1000', 200),
    items('more than a page may have', 'limit=999999', 200),
    items('after an invalid cursor', 'cursor=x', [400, 'CURSOR_INVALID']),
    items('of a kind of device', 'kind=tracker', [400, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'unknown_field', loc: ['query', 'kind'], msg: text }] },
    }),
    row(
      'where a device is',
      async (world) => ({ params: locations, query: `deviceId=${await aLocatedDevice(world)}&bbox=16,48,17,49` }),
      200,
      {
        ...geoJson,
        body: {
          numberMatched: 1,
          features: [
            {
              geometry: { type: 'Point', coordinates: [16.4, 48.2] },
              properties: { kind: 'tracker', accuracyMeters: null, metadata: {} },
            },
          ],
        },
      },
    ),
    row(
      'where it is, by its kind and its site',
      async (world) => ({
        params: locations,
        query: `deviceId=${await aLocatedDevice(world)}&kind=tracker&siteId=${randomUUID()}`,
      }),
      200,
      { body: { numberMatched: 0 } },
    ),
    row(
      'where it was at another time, and elsewhere',
      async (world) => ({
        params: locations,
        query: `deviceId=${await aLocatedDevice(world)}&bbox=170,-20,-170,-10&datetime=../2001-01-01`,
      }),
      200,
      { body: { numberMatched: 0, features: [] } },
    ),
    row(
      'the track of a device',
      async (world) => {
        const { deviceId } = await aTrack(world);
        return { params: tracks, query: `deviceId=${deviceId}&bbox=15,48.4,17,48.6&datetime=2001-01-01/..` };
      },
      200,
      {
        ...geoJson,
        body: {
          numberMatched: 1,
          features: [
            {
              geometry: {
                type: 'LineString',
                coordinates: [
                  [16, 48],
                  [16, 49],
                ],
              },
              properties: { status: 'ACTIVE', pointCount: 2, simplified: false, endedAt: null },
            },
          ],
        },
      },
    ),
    row(
      'tracks elsewhere',
      async (world) => ({ params: tracks, query: `deviceId=${(await aTrack(world)).deviceId}&bbox=15,40,17,41` }),
      200,
      { body: { numberMatched: 0, features: [] } },
    ),
    row('tracks by a filter of devices', { params: tracks, query: 'kind=tracker' }, [400, 'VALIDATION_ERROR']),
    row(
      'where devices of a status are',
      { params: locations, query: 'status=active&group=g' },
      [400, 'VALIDATION_ERROR'],
      {
        body: {
          detail: ['status', 'group'].map((name) => ({ type: 'unknown_field', loc: ['query', name], msg: text })),
        },
      },
    ),
    row('where devices are, with another right', withOnly('geofences:read', locations), [403, 'SCOPE_MISSING'], {
      ...lacking('locations:read'),
    }),
  ],
  'ogc/get-item': [
    row(
      'a place of a submission',
      async (world) => {
        const { formId, featureId } = await aPlace(world);
        return { params: { ...ofForm(formId), featureId } };
      },
      200,
      {
        ...geoJson,
        body: { properties: { field_id: 'gps', n: 'a' }, links: [link('self', ''), link('collection', '')] },
      },
    ),
    row(
      'an unknown place',
      async (world) => ({
        params: { ...ofForm((await aPlace(world)).formId), featureId: `${randomUUID()}.gps` },
      }),
      [404, 'NOT_FOUND'],
    ),
    row(
      'a circle',
      async (world: World) => ({ params: { ...geofences, featureId: (await world.fence()).id as string } }),
      200,
      { ...geoJson, body: { type: 'Feature', geometry: { type: 'Polygon' }, properties: { radiusMeters: 100 } } },
    ),
    row(
      'where a device is',
      async (world: World) => ({ params: { ...locations, featureId: await aLocatedDevice(world) } }),
      200,
      { ...geoJson, body: { type: 'Feature', geometry: { coordinates: [16.4, 48.2] } } },
    ),
    row(
      'where a device is that has sent no position',
      async (world: World) => ({ params: { ...locations, featureId: (await aDevice(world)).params.id } }),
      [404, 'NOT_FOUND'],
    ),
    row(
      'a track',
      async (world: World) => ({ params: { ...tracks, featureId: (await aTrack(world)).featureId } }),
      200,
      { ...geoJson, body: { type: 'Feature', geometry: { type: 'LineString' }, properties: { pointCount: 2 } } },
    ),
    row(
      'a track of no session',
      async (world: World) => {
        const { deviceId } = await aTrack(world);
        return { params: { ...tracks, featureId: `${deviceId}.${randomUUID()}` } };
      },
      [404, 'NOT_FOUND'],
    ),
    row('a track of no device', { params: { ...tracks, featureId: randomUUID() } }, [404, 'NOT_FOUND']),
    row('where an unknown device is', { params: { ...locations, featureId: randomUUID() } }, [404, 'NOT_FOUND']),
    row('an unknown id', { params: { ...geofences, featureId: randomUUID() } }, [404, 'NOT_FOUND']),
    row('of an unknown collection', { params: { ...unknown, featureId: randomUUID() } }, [404, 'NOT_FOUND']),
  ],
};
