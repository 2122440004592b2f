import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { unlike } from './entities.ts';
import { make } from './kinds.ts';
import { aProfile, newProfile } from './profile-calls.ts';
import { newWorld, type World } from './world.ts';

/** Versions of profiles: their order, references to them, and races. */

const folders = ['sensor-profiles', 'device-profiles'] as const;
type Folder = (typeof folders)[number];

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  platform.database.before = () => undefined;
});

/** Runs something before the nth transaction of a request. */
async function during<T>(nth: number, meanwhile: () => Promise<unknown>, act: () => Promise<T>): Promise<T> {
  let seen = 0;
  platform.database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    seen += 1;
    if (seen === nth) await meanwhile();
  };
  const answer = await act();
  expect(seen, 'there was such a transaction').toBeGreaterThanOrEqual(nth);
  platform.database.before = () => undefined;
  return answer;
}

const get = async (folder: Folder, id: string, version = '') =>
  await world.call(`${folder}/get`, { params: { id }, query: version && `version=${version}` });
const remove = async (folder: Folder, id: string, version = '') =>
  await world.call(`${folder}/delete`, { params: { id }, query: version && `version=${version}` });
const listed = async (folder: Folder, query: string): Promise<string[]> => {
  const { body } = await world.call(`${folder}/list`, { query });
  return body.data.map(({ id, version }: { id: string; version: string }) => `${id}@${version}`);
};
const component = async (body: object) =>
  await world.call('components/create', {
    body: { deviceId: await make('device', world), name: String(unlike('c')), ...body },
  });
const unknownAt = (...loc: (string | number)[]) => ({
  status: 422,
  body: { error_code: 'VALIDATION_ERROR', detail: [{ type: 'unknown_reference', loc: ['body', ...loc] }] },
});

describe.each(folders)('%s', (folder) => {
  test('a profile with 1,000 versions gets no other one', async () => {
    const name = String(unlike('Probe'));
    const { body } = await world.call(`${folder}/create`, { body: newProfile(folder, { name, version: '1.0' }) });
    const [head] = platform.database.rows('main', ({ id, values }) => id === body.id && String(values).includes(name));
    const values = JSON.parse(String(head!.values));
    for (let i = Object.keys(values.versions).length; i < 999; i++) values.versions[`0.${i}`] = crypto.randomUUID();
    platform.database.set('main', { ...head!, values: JSON.stringify(values) });
    const next = (version: string) => world.call(`${folder}/create`, { body: newProfile(folder, { name, version }) });
    expect(await next('2.0')).toMatchObject({ status: 201 });
    expect(await next('3.0')).toMatchObject({
      status: 422,
      body: { error_code: 'VALIDATION_ERROR', detail: [{ type: 'too_large', loc: ['body', 'version'] }] },
    });
    expect(await next('2.0')).toMatchObject({ status: 409, body: { error_code: 'VERSION_EXISTS' } });
  });

  test('the versions of a name have one id, and are listed newest first', async () => {
    const name = String(unlike('Probe'));
    const ids = new Set<string>();
    for (const version of ['1.9', '1.10', '0.5']) {
      const { body } = await world.call(`${folder}/create`, { body: newProfile(folder, { name, version }) });
      ids.add(body.id);
    }
    expect(ids.size).toBe(1);
    const [id] = ids;
    const query = `name=${name}`;
    expect(await listed(folder, query)).toEqual([`${id}@0.5`, `${id}@1.10`, `${id}@1.9`]);
    expect(await listed(folder, `${query}&latestOnly=true`)).toEqual([`${id}@1.10`]);
    expect((await get(folder, id!)).body.version).toBe('1.10');
    await remove(folder, id!, '1.10');
    expect((await get(folder, id!)).body.version).toBe('1.9');
    expect(await listed(folder, `${query}&latestOnly=true`)).toEqual([`${id}@1.9`]);
  });

  test('of many first versions of a name at once, each is stored under the same id', async () => {
    const name = unlike('Race');
    const answers = await Promise.all(
      ['1.0', '1.1', '1.2', '1.3'].map((version) =>
        world.call(`${folder}/create`, { body: newProfile(folder, { name, version }) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await listed(folder, `name=${name}`)).toHaveLength(4);
  });

  test('of the same version at once, one is stored and the others exist already', async () => {
    const body = newProfile(folder);
    const answers = await Promise.all([1, 2, 3].map(() => world.call(`${folder}/create`, { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await listed(folder, `name=${body.name}`)).toHaveLength(1);
  });

  test('a create that died halfway shows nothing, and is done by the next', async () => {
    const body = newProfile(folder);
    const dies = () => Promise.reject(new Error('The function dies here'));
    expect((await during(2, dies, () => world.call(`${folder}/create`, { body }))).status).toBe(500);
    expect(await listed(folder, `name=${body.name}`)).toEqual([]);
    const made = await world.call(`${folder}/create`, { body });
    expect(made.status).toBe(201);
    expect(await listed(folder, `name=${body.name}`)).toEqual([`${made.body.id}@1.0`]);
  });

  test('a deleted profile is gone at once, with all of its versions, and its name is free', async () => {
    const name = String(unlike('Gone'));
    const id = await aProfile(world, folder, { name, version: '1.0' }, { name, version: '1.1' });
    expect((await remove(folder, id)).status).toBe(204);
    for (const version of ['', '1.0', '1.1']) expect((await get(folder, id, version)).status).toBe(404);
    expect(await listed(folder, `name=${name}`)).toEqual([]);
    expect(await listed(folder, `name=${name}&latestOnly=true`)).toEqual([]);
    expect((await remove(folder, id)).status).toBe(404);
    const again = await aProfile(world, folder, { name });
    expect(again).not.toBe(id);
    await relayEvents();
    const left = platform.database.rows('main').filter(({ pk, sk }) => `${pk} ${sk}`.includes(id));
    expect(left.filter(({ pk }) => !String(pk).includes('outbox'))).toEqual([]);
    expect(await listed(folder, `name=${name}`)).toEqual([`${again}@1.0`]);
  });

  test('the last version takes the profile along', async () => {
    const id = await aProfile(world, folder, { version: '1.0' }, { version: '1.1' });
    expect((await remove(folder, id, '1.0')).status).toBe(204);
    expect((await remove(folder, id, '1.0')).status).toBe(404);
    expect((await remove(folder, id, '1.1')).status).toBe(204);
    expect((await get(folder, id)).status).toBe(404);
    const used =
      folder === 'sensor-profiles'
        ? await component({ sensorProfileId: id })
        : await world.call('device-groups/create', { body: { name: unlike('G'), query: { deviceProfileId: id } } });
    expect(used.status).toBe(422);
  });

  test('a version that is added while the last one is deleted is not lost', async () => {
    const name = unlike('Both');
    const id = await aProfile(world, folder, { name });
    const add = () => world.call(`${folder}/create`, { body: newProfile(folder, { name, version: '2.0' }) });
    expect((await during(1, add, () => remove(folder, id, '1.0'))).status).toBe(204);
    expect((await get(folder, id)).body).toMatchObject({ id, version: '2.0' });
  });
});

describe('a sensor profile that a component follows', () => {
  test('cannot be deleted, neither its version nor the whole, until the component is', async () => {
    const id = await aProfile(world, 'sensor-profiles', { version: '1.0' }, { version: '1.1' });
    const made = await component({ sensorProfileId: id, sensorProfileVersion: '1.0' });
    const inUse = {
      status: 409,
      body: { error_code: 'IN_USE', details: { references: [{ kind: 'component', id: made.body.id }] } },
    };
    expect(await remove('sensor-profiles', id, '1.0')).toMatchObject(inUse);
    expect(await remove('sensor-profiles', id)).toMatchObject(inUse);
    expect((await remove('sensor-profiles', id, '1.1')).status).toBe(204);
    expect(await remove('sensor-profiles', id, '1.0')).toMatchObject(inUse);
    await world.call('components/delete', { params: { id: made.body.id } });
    expect((await remove('sensor-profiles', id, '1.0')).status).toBe(204);
  });

  test('cannot be deleted while the component is being created', async () => {
    const id = await aProfile(world, 'sensor-profiles');
    const follow = () => component({ sensorProfileId: id });
    expect(await during(1, follow, () => remove('sensor-profiles', id))).toMatchObject({ status: 409 });
    expect((await get('sensor-profiles', id)).status).toBe(200);
  });

  test('is the next newest one if the newest is deleted meanwhile, and unknown if it was named', async () => {
    const id = await aProfile(world, 'sensor-profiles', { version: '1.0' }, { version: '1.1' }, { version: '1.2' });
    const deleting = (version: string) => () => remove('sensor-profiles', id, version);
    const deviceId = await make('device', world);
    const body = { deviceId, name: 'a', sensorProfileId: id };
    const newest = await during(1, deleting('1.2'), () => world.call('components/create', { body }));
    expect(newest).toMatchObject({ status: 201, body: { sensorProfileVersion: '1.1' } });
    const named = { deviceId, name: 'b', sensorProfileId: id, sensorProfileVersion: '1.0' };
    const refused = await during(1, deleting('1.0'), () => world.call('components/create', { body: named }));
    expect(refused).toMatchObject(unknownAt('sensorProfileVersion'));
  });
});

describe('a sensor profile that a device profile names', () => {
  const naming = (...components: object[]) => newProfile('device-profiles', { components });

  test('cannot be deleted, neither its version nor the whole, until the device profile is', async () => {
    const id = await aProfile(world, 'sensor-profiles', { version: '1.0' }, { version: '1.1' });
    const body = naming({ name: 'a', sensorProfileId: id, sensorProfileVersion: '1.0' });
    const { body: made } = await world.call('device-profiles/create', { body });
    const inUse = {
      status: 409,
      body: { error_code: 'IN_USE', details: { references: [{ kind: 'device_profile', id: made.id }] } },
    };
    expect(await remove('sensor-profiles', id, '1.0')).toMatchObject(inUse);
    expect(await remove('sensor-profiles', id)).toMatchObject(inUse);
    expect((await remove('sensor-profiles', id, '1.1')).status).toBe(204);
    expect((await remove('device-profiles', made.id)).status).toBe(204);
    // Its versions are removed later; their references refuse no deletion any more.
    expect((await remove('sensor-profiles', id)).status).toBe(204);
  });

  test('may be fifty', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => aProfile(world, 'sensor-profiles')));
    const body = naming(...ids.map((sensorProfileId, i) => ({ name: `c${i}`, sensorProfileId })));
    expect((await world.call('device-profiles/create', { body })).status).toBe(201);
    expect((await remove('sensor-profiles', ids[49]!)).status).toBe(409);
  });

  test('is unknown if it is deleted while the device profile is created', async () => {
    const id = await aProfile(world, 'sensor-profiles');
    const body = naming({ name: 'a', sensorProfileId: id });
    const create = () => world.call('device-profiles/create', { body });
    // The first transaction creates what all versions have in common, the second the version.
    for (const nth of [1, 2]) {
      const other = await aProfile(world, 'sensor-profiles');
      const asked = naming({ name: 'a', sensorProfileId: other });
      const refused = await during(
        nth,
        () => remove('sensor-profiles', other),
        () => world.call('device-profiles/create', { body: asked }),
      );
      expect(refused).toMatchObject(unknownAt('components', 0, 'sensorProfileId'));
    }
    expect(await during(1, create, () => remove('sensor-profiles', id))).toMatchObject({ status: 409 });
  });
});

describe('a device profile that a device has', () => {
  test('cannot be deleted, neither its version nor the whole, until the device is', async () => {
    const id = await aProfile(world, 'device-profiles', { version: '1.0' }, { version: '1.1' });
    const { body: device } = await world.call('devices/create', { body: { name: 'D', deviceProfileId: id } });
    expect(device).toMatchObject({ deviceProfileId: id, deviceProfileVersion: '1.1' });
    const inUse = {
      status: 409,
      body: { error_code: 'IN_USE', details: { references: [{ kind: 'device', id: device.id }] } },
    };
    expect(await remove('device-profiles', id, '1.1')).toMatchObject(inUse);
    expect(await remove('device-profiles', id)).toMatchObject(inUse);
    expect((await remove('device-profiles', id, '1.0')).status).toBe(204);
    await world.call('devices/delete', { params: { id: device.id } });
    expect((await remove('device-profiles', id, '1.1')).status).toBe(204);
  });

  test('is refused by name if there is no such version, or no such profile', async () => {
    const id = await aProfile(world, 'device-profiles');
    const asked = (body: object) => world.call('devices/create', { body: { name: 'D', ...body } });
    expect(await asked({ deviceProfileId: id, deviceProfileVersion: '9.9' })).toMatchObject(
      unknownAt('deviceProfileVersion'),
    );
    expect(await asked({ deviceProfileVersion: '1.0' })).toMatchObject(unknownAt('deviceProfileVersion'));
    expect(await asked({ deviceProfileId: world.workspace.id })).toMatchObject(unknownAt('deviceProfileId'));
  });
});
