import { beforeAll, expect, test } from 'vitest';
import { devices } from '../../shared/devices/devices.ts';
import { patches } from '../../shared/entity/change.ts';
import { deviceKeys } from '../../shared/table/keys/devices.ts';
import { Table } from '../../shared/table/table.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { relayEvents } from '../platform/stream.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { aDevice } from './device-calls.ts';
import { newWorld, type World } from './world.ts';

/** Devices with what is around them: sites, groups, people. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const read = async ({ params }: Awaited<ReturnType<typeof aDevice>>) =>
  (await world.call('devices/get', { params })).body;

async function group(body: object) {
  const made = await world.call('device-groups/create', { body: { name: `Group ${Math.random()}`, ...body } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

const idsOf = async (query: string): Promise<string[]> => {
  const { status, body } = await world.call('devices/list', { query });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.total).toBe(body.data.length);
  return body.data.map(({ id }: { id: string }) => id);
};

test('a device whose site is deleted has no site', async () => {
  const site = (await world.call('sites/create', { body: { name: 'Yard' } })).body;
  const [one, other] = [await aDevice(world, { siteId: site.id }), await aDevice(world)];
  expect(await idsOf(`siteId=${site.id.toUpperCase()}`)).toEqual([one.params.id]);
  expect((await world.call('sites/delete', { params: { id: site.id } })).status).toBe(204);
  await relayEvents();
  expect([await read(one), await read(other)]).toMatchObject([
    { siteId: null, version: 2 },
    { siteId: null, version: 1 },
  ]);
});

test('the members of a group are the devices that match its query or that it lists, each once', async () => {
  const site = (await world.call('sites/create', { body: { name: 'Dock' } })).body;
  const make = async (body: object) => (await aDevice(world, body)).params.id;
  const cold = await make({ tags: ['cold', 'dock-a'], siteId: site.id });
  const coldCamera = await make({ tags: ['cold'], kind: 'camera', siteId: site.id });
  const elsewhere = await make({ tags: ['cold'] });
  const plain = await make({});
  const query = { tagsAll: ['cold'], siteId: site.id, kind: 'tracker' };
  const both = await group({ query, deviceIds: [plain, cold] });
  expect(both.memberCount).toBe(2);
  expect(await idsOf(`groupId=${both.id}`)).toEqual([plain, cold]);
  expect(await idsOf(`groupId=${both.id}&siteId=${site.id}`)).toEqual([cold]);
  const any = await group({ query: { tagsAny: ['dock-a', 'cold'] } });
  expect(any.memberCount).toBe(3);
  expect(await idsOf(`groupId=${any.id}&limit=200`)).toEqual([elsewhere, coldCamera, cold]);
  const listed = await group({ deviceIds: [plain, elsewhere] });
  expect(listed.memberCount).toBe(2);
  await world.call('devices/delete', { params: { id: plain } });
  const { body } = await world.call('device-groups/get', { params: { id: listed.id } });
  expect([body.memberCount, body.deviceIds]).toEqual([1, [plain, elsewhere]]);
  const { data } = (await world.call('device-groups/list')).body;
  expect(data.every(({ memberCount }: { memberCount: unknown }) => memberCount === null)).toBe(true);
});

test('pages of a group are full and end', async () => {
  const made = [];
  for (let i = 0; i < 7; i++) made.unshift((await aDevice(world, { tags: i % 2 ? ['odd-ones'] : [] })).params.id);
  const { id } = await group({ query: { tagsAll: ['odd-ones'] } });
  const seen: string[] = [];
  for (let query = `groupId=${id}&limit=2`; query; ) {
    const { body } = await world.call('devices/list', { query });
    seen.push(...body.data.map((one: { id: string }) => one.id));
    query = body.nextCursor ? `groupId=${id}&limit=2&cursor=${encodeURIComponent(body.nextCursor)}` : '';
  }
  expect(seen).toEqual(made.filter((_, i) => i % 2));
});

test('a deleted device leaves nothing beside it', async () => {
  const device = await aDevice(world);
  const { reference } = world.workspace;
  const main = new Table('main');
  const head = deviceKeys.head(reference, device.params.id);
  await main.put(head, { lastSeenAt: 1 });
  expect((await read(device)).lastSeenAt).toBe('1970-01-01T00:00:00.001Z');
  expect((await world.call('devices/delete', device)).status).toBe(204);
  await relayEvents();
  expect(await main.get(head)).toBeUndefined();
});

test('a field worker sees the devices that are paired with them, and no others', async () => {
  const person = await newPerson(world.workspace, 'field_worker');
  const { access_token: key } = await signIn(person);
  const [mine, other] = [await aDevice(world), await aDevice(world)];
  const caller = systemCaller(world.workspace);
  await patches(devices).open().patch(caller, mine.params.id, { userId: person.id }, undefined);
  const { body } = await world.call('devices/list', { key });
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual([mine.params.id]);
  for (const name of ['devices/get', 'devices/get-health'] as const) {
    expect((await world.call(name, { key, ...mine })).status).toBe(200);
    expect((await world.call(name, { key, ...other })).body.error_code).toBe('NOT_FOUND');
  }
});

test('a plan allows only its number of devices, and deleting one frees a place', async () => {
  const free = await newWorld('free');
  const made = [];
  for (let i = 0; i < 10; i++) made.push(await aDevice(free));
  const refused = await free.call('devices/create', { body: { name: 'One more' } });
  expect(refused.body).toMatchObject({
    error_code: 'QUOTA_EXCEEDED',
    details: { resource: 'devices', limit: 10, used: 10 },
  });
  await free.call('devices/delete', made[0]!);
  expect((await free.call('devices/create', { body: { name: 'One more' } })).status).toBe(201);
});

test('a device is inside of a geofence until it leaves, or until the geofence is deactivated or deleted', async () => {
  const { params } = await aDevice(world);
  const fence = await world.fence({ latitude: 12, longitude: 34 });
  const enter = (latitude: number) =>
    world.call('devices/report-locations', { params, body: { latitude, longitude: 34 } });
  const inside = async () => {
    const { body } = await world.call('devices/list', { query: `insideGeofenceId=${fence.id}` });
    const { body: device } = await world.call('devices/get', { params });
    expect(device.insideGeofenceIds).toEqual(body.data.length === 0 ? [] : [fence.id]);
    return body.data.map(({ id }: { id: string }) => id);
  };
  const become = (status: string) => world.call('geofences/patch', { params: { id: fence.id }, body: { status } });
  await enter(12);
  expect(await inside()).toEqual([params.id]);
  await become('inactive');
  expect(await inside()).toEqual([]);
  await become('active');
  expect(await inside()).toEqual([]);
  await enter(12);
  expect(await inside()).toEqual([params.id]);
  await enter(13);
  expect(await inside()).toEqual([]);
  await enter(12);
  expect(await inside()).toEqual([params.id]);
  await world.call('geofences/delete', { params: { id: fence.id } });
  expect(await inside()).toEqual([]);
});

test('explain takes a device id into account', async () => {
  const { params } = await aDevice(world);
  const place = { latitude: 21, longitude: 43 };
  await world.fence(place);
  const explain = async () => {
    const body = { ...place, deviceId: params.id.toUpperCase() };
    return (await world.call('geofences/explain', { body })).body.geofences[0];
  };
  expect(await explain()).toMatchObject({ state: { value: 'UNKNOWN' }, decision: { wouldRecord: 'enter' } });
  await world.call('devices/report-locations', { params, body: place });
  expect(await explain()).toMatchObject({ state: { value: 'INSIDE' }, decision: { stoppedBy: 'NO_TRANSITION' } });
});
