import { components } from '../../shared/topology/components.ts';
import { deviceGroups } from '../../shared/topology/device-groups.ts';
import { sensors } from '../../shared/topology/sensors.ts';
import { sites } from '../../shared/topology/sites.ts';
import { endpoint } from '../support/endpoints.ts';
import { type Call, row, text } from './call.ts';
import { entityCalls } from './entity-calls.ts';
import { make, rightBody } from './kinds.ts';
import { aProfile } from './profile-calls.ts';
import type { World } from './world.ts';

/** Calls of sites, device groups, components and sensors, in addition to those of every plain resource. */

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { name: 'N', ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

const filled = async (kind: 'component' | 'sensor', world: World): Promise<object> =>
  (await rightBody(endpoint(`${kind}s/create`).route, world)) as object;

const misnamed = (kind: 'component' | 'sensor', title: string, body: object, field: string): Call =>
  row(title, async (world) => ({ body: { ...(await filled(kind, world)), ...body } }), [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type: 'pattern', loc: ['body', field], msg: text }] },
  });

const contradiction = (title: string, body: object, ...fields: readonly string[]): Call =>
  row(title, async (world) => ({ body: { ...(await filled('sensor', world)), ...body } }), [422, 'VALIDATION_ERROR'], {
    body: { detail: fields.map((field) => ({ type: 'conflict', loc: ['body', field], msg: text })) },
  });

export const topologyCalls: Readonly<Record<string, readonly Call[]>> = {
  ...entityCalls('sites', sites, {
    create: [
      refused('a name of 121 characters', { name: 'n'.repeat(121) }, 'too_long', 'name'),
      refused('an address of 501 characters', { address: 'a'.repeat(501) }, 'too_long', 'address'),
      refused('a latitude of 91', { latitude: 91 }, 'too_large', 'latitude'),
      refused('an unknown time zone', { timezone: 'Europe/Atlantis' }, 'format', 'timezone'),
      refused('metadata above 16 KB', { metadata: { a: 'x'.repeat(16 * 1024) } }, 'too_long', 'metadata'),
    ],
  }),
  ...entityCalls('components', components, {
    create: [
      misnamed('component', 'a name with a space', { name: 'boiler 1' }, 'name'),
      misnamed('component', 'a name of 65 characters', { name: 'n'.repeat(65) }, 'name'),
      row(
        'a version of no profile',
        async (world) => ({ body: { deviceId: await make('device', world), name: 'a', sensorProfileVersion: '1.0' } }),
        [422, 'VALIDATION_ERROR'],
        { body: { detail: [{ type: 'unknown_reference', loc: ['body', 'sensorProfileVersion'], msg: text }] } },
      ),
    ],
    patch: [
      row(
        'another name',
        async (world) => ({ params: { id: await make('component', world) }, body: { name: 'renamed' } }),
        200,
        { body: { name: 'renamed', version: 2 } },
      ),
      row(
        'a profile without a version',
        async (world) => ({
          params: { id: await make('component', world) },
          body: { sensorProfileId: await aProfile(world, 'sensor-profiles', { version: '1.9' }, { version: '1.10' }) },
        }),
        200,
        { body: { sensorProfileVersion: '1.10' } },
      ),
    ],
  }),
  ...entityCalls('sensors', sensors, {
    list: ['DOUBLE', 'TEXT'].map((valueType, i) =>
      row(
        `those of a device that measure ${valueType}`,
        async (world) => {
          const { body } = await world.call('sensors/create', { body: await filled('sensor', world) });
          return { query: `deviceId=${body.deviceId}&valueType=${valueType}` };
        },
        200,
        { headers: { 'X-Total-Count': String(1 - i) } },
      ),
    ),
    create: [
      misnamed('sensor', 'a key with a slash', { key: 'a/b' }, 'key'),
      contradiction('a maximum below the minimum', { min: 2, max: 1 }, 'max'),
      contradiction('bounds of a text', { valueType: 'TEXT', min: 1, max: 2 }, 'min', 'max'),
      contradiction('a bound of a boolean', { valueType: 'BOOLEAN', min: null, max: 1 }, 'max'),
    ],
  }),
  ...entityCalls('device-groups', deviceGroups, {
    create: [
      refused('a query without a condition', { query: {} }, 'missing', 'query'),
      refused('a query with only nulls', { query: { siteId: null, kind: null } }, 'missing', 'query'),
      refused('an unknown condition', { query: { kind: 'camera', color: 'red' } }, 'unknown_field', 'query', 'color'),
      refused('an unknown kind', { query: { kind: 'tractor' } }, 'enum', 'query', 'kind'),
      refused('none of the tags', { query: { tagsAny: [] } }, 'too_short', 'query', 'tagsAny'),
      refused('1001 devices', { deviceIds: Array.from({ length: 1001 }, () => 'x') }, 'too_long', 'deviceIds'),
    ],
    patch: [
      row(
        'a query that replaces another',
        async (world) => {
          const { body } = await world.call('device-groups/create', {
            body: { name: `Cameras ${Date.now()}`, query: { tagsAll: ['a'], tagsAny: ['b'] } },
          });
          return { params: { id: body.id }, body: { query: { kind: 'camera' } } };
        },
        200,
        {
          body: {
            query: { tagsAll: null, tagsAny: null, siteId: null, deviceProfileId: null, kind: 'camera' },
            version: 2,
          },
        },
      ),
    ],
  }),
};
