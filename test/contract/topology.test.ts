import { beforeAll, expect, test } from 'vitest';
import { relayEvents } from '../platform/stream.ts';
import { newWorld, type World } from './world.ts';

/** What happens to sites and device groups when an entity that they name is deleted. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

async function site(body: object): Promise<{ id: string }> {
  const made = await world.call('sites/create', { body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

test('a site whose geofence is deleted has none, and the audit entry names the system as actor', async () => {
  const fence = await world.fence();
  const [one, other] = [await site({ name: 'One', geofenceId: fence.id.toUpperCase() }), await site({ name: 'Other' })];
  await world.call('geofences/delete', { params: { id: fence.id } });
  await relayEvents();
  const read = async (id: string) => (await world.call('sites/get', { params: { id } })).body;
  expect(await read(one.id)).toMatchObject({ geofenceId: null, version: 2 });
  expect(await read(other.id)).toMatchObject({ geofenceId: null, version: 1 });
  const { body } = await world.call('audit-logs/list', { query: `resource_id=${one.id}&action=site.update` });
  expect(body.data).toMatchObject([{ actor: 'system', changes: { geofenceId: [fence.id, null] } }]);
});

test('a group keeps the id of a deleted site, which matches no device', async () => {
  const { id } = await site({ name: 'Depot' });
  const group = { name: 'Of the depot', query: { siteId: id, kind: 'tracker' } };
  const made = await world.call('device-groups/create', { body: group });
  expect(made.body.query).toEqual({ tagsAll: null, tagsAny: null, siteId: id, deviceProfileId: null, kind: 'tracker' });
  expect(made.headers.ETag).toBeUndefined();
  expect((await world.call('sites/delete', { params: { id } })).status).toBe(204);
  await relayEvents();
  const params = { id: made.body.id };
  expect((await world.call('device-groups/get', { params })).body).toEqual(made.body);
  const renamed = await world.call('device-groups/patch', { params, body: { ...made.body, name: 'Of none' } });
  expect([renamed.status, renamed.body.query.siteId]).toEqual([200, id]);
  const other = await world.call('device-groups/create', { body: { ...group, name: 'Of nowhere' } });
  expect(other).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'query', 'siteId'] }] } });
});

test('no device can be listed while there is none', async () => {
  const deviceIds = ['d1e2f3a4-e5f6-7890-abcd-ef1234567890', 'van-7'];
  const { status, body } = await world.call('device-groups/create', { body: { name: 'Listed', deviceIds } });
  expect([status, body.detail]).toEqual([
    422,
    [
      { type: 'unknown_reference', loc: ['body', 'deviceIds', 0], msg: 'No device has this id' },
      { type: 'unknown_reference', loc: ['body', 'deviceIds', 1], msg: 'Should be the id of a device, a UUID' },
    ],
  ]);
});
