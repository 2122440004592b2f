import { randomUUID } from 'node:crypto';
import { grantableScopes, type Scope } from '../../shared/auth/scopes.ts';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import { aPublished } from './field-calls.ts';
import type { World } from './world.ts';

/** Export jobs. */

const range = { from: '2024-01-01T00:00:00Z', to: '2024-02-01T00:00:00Z' };

/** A job that exports a device, and its parameters in paths. */
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

const ofForm = async (world: World, body: object) => ({
  body: { scopeType: 'FORM', scopeId: await aPublished(world), includes: ['SUBMISSIONS_PACKAGE'], ...body },
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
    row('the submissions of a form, of all time', (world) => ofForm(world, {}), 201, {
      body: { scopeType: 'FORM', includes: ['SUBMISSIONS_PACKAGE'], status: 'PENDING' },
    }),
    row('those of some days', (world) => ofForm(world, { from: '2026-03-01', to: '2026-03-31' }), 201, {
      body: { from: '2026-03-01T00:00:00Z', to: '2026-03-31T23:59:59.999Z' },
    }),
    row('those of an instant', (world) => ofForm(world, { from: range.from, to: range.from }), 201),
    row(
      'a job of a form that was read, sent again',
      async (world) => {
        const { body } = await ofForm(world, { from: '2026-03-01' });
        const { id } = (await world.call('exports/create', { body })).body;
        return { body: (await world.call('exports/get', { params: { id } })).body };
      },
      201,
    ),
    row('those of more than 366 days', (world) => ofForm(world, { from: '2020-01-01', to: '2026-03-31' }), 201),
    row(
      'a range of a form that ends before it begins',
      (world) => ofForm(world, { from: '2026-03-02', to: '2026-03-01' }),
      [422, 'VALIDATION_ERROR'],
    ),
    row('two parts of a form', (world) => ofForm(world, { includes: ['SUBMISSIONS_CSV', 'SUBMISSIONS_GPX'] }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('readings of a form', (world) => ofForm(world, { includes: ['READINGS'] }), [422, 'VALIDATION_ERROR']),
    row('an unknown form', (world) => ofForm(world, { scopeId: randomUUID() }), [404, 'NOT_FOUND'], {
      body: { details: { resource: 'form' } },
    }),
    row(
      'a form by a key that may not export submissions',
      async (world) => ({ ...(await ofForm(world, {})), key: await keyWithout(world, 'submissions:export') }),
      [403, 'SCOPE_MISSING'],
      { body: { details: { required_scope: 'submissions:export' } } },
    ),
    refused('submissions of a device', { includes: ['SUBMISSIONS_CSV'] }, 'conflict', 'includes', 0),
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
