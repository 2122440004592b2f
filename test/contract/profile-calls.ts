import { randomUUID } from 'node:crypto';
import { type Call, row, text } from './call.ts';
import { unlike } from './entities.ts';
import { make } from './kinds.ts';
import type { World } from './world.ts';

/** Sensor profiles and device profiles. */

type Folder = 'sensor-profiles' | 'device-profiles';
type Body = Readonly<Record<string, unknown>>;

const parts: Readonly<Record<Folder, Body>> = {
  'sensor-profiles': { sensors: [{ key: 'temperature', valueType: 'DOUBLE' }] },
  'device-profiles': { components: [{ name: 'boiler-1' }] },
};

/** The body of a new profile, whose name no other has. */
export const newProfile = (folder: Folder, body: Body = {}): Body => ({
  name: unlike('Profile'),
  version: '1.0',
  ...parts[folder],
  ...body,
});

/** A profile with these versions; each body is merged into that of a new profile. */
export async function aProfile(world: World, folder: Folder, ...versions: readonly Body[]): Promise<string> {
  const name = unlike('Profile');
  let id = '';
  for (const body of versions.length > 0 ? versions : [{}]) {
    const made = await world.call(`${folder}/create`, { body: newProfile(folder, { name, ...body }) });
    if (made.status !== 201) throw new Error(`No profile: ${JSON.stringify(made.body)}`);
    id = made.body.id;
  }
  return id;
}

const invalid = (type: string, ...loc: readonly (string | number)[]) => ({
  body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
});

const wrong = (folder: Folder, title: string, body: Body, type: string, ...loc: (string | number)[]): Call =>
  row(title, async () => ({ body: newProfile(folder, body) }), [422, 'VALIDATION_ERROR'], invalid(type, ...loc));

const contradiction = (folder: Folder, title: string, body: Body, type: string, ...loc: (string | number)[]): Call =>
  row(title, async () => ({ body: newProfile(folder, body) }), [422, 'SCHEMA_INVALID'], invalid(type, ...loc));

const unknown = { params: { id: randomUUID() } };
const many = (most: number, one: (i: number) => Body) => Array.from({ length: most }, (_, i) => one(i));

function shared(folder: Folder): Record<`${string}/${'create' | 'get' | 'list' | 'delete'}`, readonly Call[]> {
  const missing = folder === 'sensor-profiles' ? 'sensors' : 'components';
  return {
    [`${folder}/create`]: [
      row('a first version', async () => ({ body: newProfile(folder) }), 201, {
        body: { id: text, tenantId: text, version: '1.0', description: null, configSchema: null, createdAt: text },
      }),
      row(
        'a further version of the same name',
        async (world) => {
          const body = newProfile(folder);
          await world.call(`${folder}/create`, { body });
          return { body: { ...body, version: '1.1', description: 'The second' } };
        },
        201,
        { body: { version: '1.1', description: 'The second' } },
      ),
      row(
        'a version that there is',
        async (world) => {
          const body = newProfile(folder);
          await world.call(`${folder}/create`, { body });
          return { body };
        },
        [409, 'VERSION_EXISTS'],
        { body: { details: { version: '1.0' } } },
      ),
      ...['1', 'v1.0', '1.0.0', '01.0', '1.-1', ''].map((version) =>
        wrong(folder, `the version "${version}"`, { version }, 'pattern', 'version'),
      ),
      wrong(folder, 'no name', { name: undefined }, 'missing', 'name'),
      wrong(folder, `no ${missing}`, { [missing]: undefined }, 'missing', missing),
      wrong(folder, 'a name of 256 characters', { name: 'n'.repeat(256) }, 'too_long', 'name'),
      wrong(
        folder,
        'a schema above 32 KB',
        { configSchema: { title: 'x'.repeat(33_000) } },
        'too_long',
        'configSchema',
      ),
      contradiction(
        folder,
        'a schema of no type',
        { configSchema: { type: 'text' } },
        'custom',
        'configSchema',
        'type',
      ),
      contradiction(
        folder,
        'a schema that refers to another',
        { configSchema: { $ref: 'https://example.com/schema.json' } },
        'custom',
        'configSchema',
        '$ref',
      ),
      contradiction(
        folder,
        'a pattern that looks back',
        { configSchema: { pattern: '(?<=a)b' } },
        'custom',
        'configSchema',
        'pattern',
      ),
      contradiction(
        folder,
        'a schema that refers to itself without end',
        { configSchema: { anyOf: [{ $ref: '#' }] } },
        'conflict',
        'configSchema',
      ),
    ],
    [`${folder}/get`]: [
      row('the newest version', async (world) => ({ params: { id: await aProfile(world, folder) } }), 200, {
        body: { version: '1.0' },
      }),
      row(
        'the highest version by number',
        async (world) => ({
          params: { id: await aProfile(world, folder, { version: '1.10' }, { version: '1.9' }, { version: '0.11' }) },
        }),
        200,
        { body: { version: '1.10' } },
      ),
      row(
        'a version of its own',
        async (world) => ({
          params: { id: await aProfile(world, folder, { version: '1.0' }, { version: '2.0' }) },
          query: 'version=1.0',
        }),
        200,
        { body: { version: '1.0' } },
      ),
      row(
        'a version that there is not',
        async (world) => ({ params: { id: await aProfile(world, folder) }, query: 'version=constructor' }),
        [404, 'NOT_FOUND'],
      ),
      row('an unknown id', unknown, [404, 'NOT_FOUND']),
    ],
    [`${folder}/list`]: [
      row('of a name that there is not', { query: 'name=nobody' }, 200, { body: { data: [], total: 0 } }),
      row('only the newest ones', { query: 'latestOnly=true&limit=1' }, 200),
      row('neither true nor false', { query: 'latestOnly=perhaps' }, [422, 'VALIDATION_ERROR']),
    ],
    [`${folder}/delete`]: [
      row('one', async (world) => ({ params: { id: await aProfile(world, folder) } }), 204),
      row(
        'one version',
        async (world) => ({
          params: { id: await aProfile(world, folder, { version: '1.0' }, { version: '2.0' }) },
          query: 'version=2.0',
        }),
        204,
      ),
      row(
        'a version that there is not',
        async (world) => ({ params: { id: await aProfile(world, folder) }, query: 'version=3.0' }),
        [404, 'NOT_FOUND'],
      ),
      row('an unknown id', unknown, [404, 'NOT_FOUND']),
      row('one that is in use', (world) => used(world, folder), [409, 'IN_USE'], {
        body: { details: { references: [{ kind: text, id: text }] } },
      }),
    ],
  };
}

/** A profile that a component or a device has. */
async function used(world: World, folder: Folder) {
  const id = await aProfile(world, folder);
  if (folder === 'device-profiles') await world.call('devices/create', { body: { name: 'D', deviceProfileId: id } });
  else {
    const deviceId = await make('device', world);
    await world.call('components/create', { body: { deviceId, name: 'boiler-1', sensorProfileId: id } });
  }
  return { params: { id } };
}

const sensor = (body: Body): Body => ({ key: 'temperature', valueType: 'DOUBLE', ...body });
const ofSensors = shared('sensor-profiles');
const ofDevices = shared('device-profiles');

export const profileCalls: Readonly<Record<string, readonly Call[]>> = {
  ...ofSensors,
  'sensor-profiles/create': [
    ...ofSensors['sensor-profiles/create']!,
    row(
      'a hundred sensors',
      async () => ({ body: newProfile('sensor-profiles', { sensors: many(100, (i) => sensor({ key: `k${i}` })) }) }),
      201,
    ),
    wrong('sensor-profiles', 'no sensor', { sensors: [] }, 'too_short', 'sensors'),
    wrong(
      'sensor-profiles',
      '101 sensors',
      { sensors: many(101, (i) => sensor({ key: `k${i}` })) },
      'too_long',
      'sensors',
    ),
    contradiction(
      'sensor-profiles',
      'a key twice',
      { sensors: [sensor({}), sensor({ valueType: 'TEXT' })] },
      'conflict',
      'sensors',
      1,
      'key',
    ),
    contradiction(
      'sensor-profiles',
      'a maximum below the minimum',
      { sensors: [sensor({ min: 1, max: 0 })] },
      'conflict',
      'sensors',
      0,
      'max',
    ),
    contradiction(
      'sensor-profiles',
      'a bound of a text',
      { sensors: [sensor({ valueType: 'TEXT', min: 1 })] },
      'conflict',
      'sensors',
      0,
      'min',
    ),
  ],
  ...ofDevices,
  'device-profiles/create': [
    ...ofDevices['device-profiles/create']!,
    row(
      'the newest version of a sensor profile',
      async (world) => {
        const sensorProfileId = await aProfile(world, 'sensor-profiles', { version: '1.0' }, { version: '1.1' });
        return { body: newProfile('device-profiles', { components: [{ name: 'a', sensorProfileId }, { name: 'b' }] }) };
      },
      201,
      {
        body: { components: [{ sensorProfileVersion: '1.1' }, { sensorProfileId: null, sensorProfileVersion: null }] },
      },
    ),
    row(
      'an unknown version of a sensor profile',
      async (world) => {
        const sensorProfileId = await aProfile(world, 'sensor-profiles');
        const component = { name: 'a', sensorProfileId, sensorProfileVersion: '1.1' };
        return { body: newProfile('device-profiles', { components: [component] }) };
      },
      [422, 'VALIDATION_ERROR'],
      invalid('unknown_reference', 'components', 0, 'sensorProfileVersion'),
    ),
    wrong(
      'device-profiles',
      'an unknown sensor profile',
      { components: [{ name: 'a' }, { name: 'b', sensorProfileId: randomUUID() }] },
      'unknown_reference',
      'components',
      1,
      'sensorProfileId',
    ),
    wrong(
      'device-profiles',
      'a version of no sensor profile',
      { components: [{ name: 'a', sensorProfileVersion: '1.0' }] },
      'unknown_reference',
      'components',
      0,
      'sensorProfileVersion',
    ),
    row('no component', async () => ({ body: newProfile('device-profiles', { components: [] }) }), 201),
    wrong(
      'device-profiles',
      '51 components',
      { components: many(51, (i) => ({ name: `c${i}` })) },
      'too_long',
      'components',
    ),
    contradiction(
      'device-profiles',
      'a name twice',
      { components: [{ name: 'a' }, { name: 'a' }] },
      'conflict',
      'components',
      1,
      'name',
    ),
  ],
};
