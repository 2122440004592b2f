import { randomUUID } from 'node:crypto';
import { grantableScopes, type Scope } from '../../shared/auth/scopes.ts';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import type { World } from './world.ts';

/** Export jobs. */

const range = { from: '2024-01-01T00:00:00Z', to: '2024-02-01T00:00:00Z' };

/** A job that exports a device, and how a path names it. */
export async function anExport(world: World, body: object = {}) {
  const scopeId = (await aDevice(world)).params.id;
  const asked = { scopeType: 'DEVICE', scopeId, ...range, includes: ['LOCATIONS', 'EVENTS'], ...body };
  const made = await world.call('exports/create', { body: asked });
  if (made.status !== 201) throw new Error(`No export: ${JSON.stringify(made.body)}`);
  return { params: { id: made.body.id as string }, scopeId };
}

const ofDevice = async (world: World, body: object) => ({
  body: {
    scopeType: 'DEVICE',
    scopeId: (await aDevice(world)).params.id,
    ...range,
    includes: ['READINGS', 'ANNOTATIONS'],
    ...body,
  },
});

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, (world) => ofDevice(world, body), [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

const keyWithout = (world: World, ...lacking: Scope[]) =>
  world.anotherKey({ scopes: grantableScopes.filter((scope) => !lacking.includes(scope)) });

const unknown = { params: { id: randomUUID() } };

const withoutScope = (): Call =>
  row(
    'of what the caller may not read',
    async (world) => ({ ...(await anExport(world)), key: await keyWithout(world, 'events:read') }),
    [404, 'NOT_FOUND'],
    { body: { details: { resource: 'export' } } },
  );

const nowhere = (scopeType: string, resource: string): Call =>
  row(
    `an unknown ${resource}`,
    (world) =>
      ofDevice(world, {
        scopeType,
        scopeId: randomUUID(),
        includes: [scopeType === 'GEOFENCE' ? 'EVENTS' : 'READINGS'],
      }),
    [404, 'NOT_FOUND'],
    { body: { details: { resource } } },
  );

const lastDay = { from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:59:59-23:59' };

export const exportCalls: Readonly<Record<string, readonly Call[]>> = {
  'exports/create': [
    row('its example', (world) => ofDevice(world, {}), 201, {
      body: { ...range, includes: ['READINGS', 'ANNOTATIONS'], format: 'CSV', status: 'PENDING', createdAt: text },
    }),
    row(
      'NDJSON, and a part named twice',
      (world) => ofDevice(world, { format: 'NDJSON', includes: ['EVENTS', 'EVENTS'] }),
      201,
      {
        body: { format: 'NDJSON', includes: ['EVENTS'] },
      },
    ),
    row(
      '366 days, with offsets',
      (world) => ofDevice(world, { from: '2024-01-01T01:00:00+01:00', to: '2025-01-01T00:00:00Z' }),
      201,
      {
        body: { from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
      },
    ),
    row(
      'the events of a geofence',
      async (world) => ({
        body: { scopeType: 'GEOFENCE', scopeId: (await world.fence()).id, ...range, includes: ['EVENTS'] },
      }),
      201,
      { body: { scopeType: 'GEOFENCE' } },
    ),
    row(
      'a job that was read, sent again',
      async (world) => {
        const { params } = await anExport(world);
        return { body: (await world.call('exports/get', { params })).body };
      },
      201,
    ),
    refused('a range that ends after 9999', lastDay, 'too_large', 'to'),
    refused(
      'a range that begins before 1970',
      { from: '1969-12-31T23:59:59Z', to: '1970-01-02T00:00:00Z' },
      'too_small',
      'from',
    ),
    refused('no parts', { includes: [] }, 'too_short', 'includes'),
    refused('no "includes"', { includes: undefined }, 'missing', 'includes'),
    refused('no range', { to: undefined }, 'missing', 'to'),
    refused('a date', { from: '2024-01-01' }, 'format', 'from'),
    refused('an empty range', { to: range.from }, 'conflict', 'to'),
    refused('366 days and a millisecond', { to: '2025-01-01T00:00:00.001Z' }, 'too_large', 'to'),
    refused('forms, which there are not', { scopeType: 'FORM' }, 'enum', 'scopeType'),
    refused('submissions, which there are not', { includes: ['SUBMISSIONS_CSV'] }, 'enum', 'includes', 0),
    refused('an unknown format', { format: 'XLSX' }, 'enum', 'format'),
    refused('an unknown field', { fromat: 'CSV' }, 'unknown_field', 'fromat'),
    refused(
      'locations of a sensor',
      { scopeType: 'SENSOR', includes: ['READINGS', 'LOCATIONS'] },
      'conflict',
      'includes',
      1,
    ),
    refused('readings of a geofence', { scopeType: 'GEOFENCE', includes: ['READINGS'] }, 'conflict', 'includes', 0),
    nowhere('SITE', 'site'),
    nowhere('DEVICE', 'device'),
    nowhere('COMPONENT', 'component'),
    nowhere('SENSOR', 'sensor'),
    nowhere('GEOFENCE', 'geofence'),
    row(
      'by a key that may not read annotations',
      async (world) => ({ ...(await ofDevice(world, {})), key: await keyWithout(world, 'analytics:read') }),
      [403, 'SCOPE_MISSING'],
      { body: { details: { required_scope: 'analytics:read' } } },
    ),
  ],
  'exports/get': [
    row('one that was just made', async (world) => anExport(world), 200, {
      body: { scopeType: 'DEVICE', ...range, includes: ['LOCATIONS', 'EVENTS'], status: 'PENDING' },
    }),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
    withoutScope(),
  ],
  'exports/list': [
    row('all', {}, 200),
    row('by status', { query: 'status=PENDING' }, 200),
    row(
      'of a device',
      async (world) => ({ query: `scopeType=DEVICE&scopeId=${(await anExport(world)).scopeId}` }),
      200,
      {
        body: { total: 1 },
      },
    ),
    row('of an unknown one', { query: `scopeId=${randomUUID()}` }, 200, { body: { data: [], total: 0 } }),
    row('by an unknown status', { query: 'status=DONE' }, [422, 'VALIDATION_ERROR']),
    row(
      'those of which the caller may read all',
      async (world) => {
        const { scopeId } = await anExport(world);
        return { query: `scopeId=${scopeId}`, key: await keyWithout(world, 'locations:read') };
      },
      200,
      { body: { data: [], total: 0 } },
    ),
  ],
  'exports/delete': [
    row('one that waits', async (world) => anExport(world), 204),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
    row('of somebody else, by an editor', async (world) => ({ ...(await anExport(world)), as: 'editor' }), [
      404,
      'NOT_FOUND',
    ]),
    withoutScope(),
  ],
};
