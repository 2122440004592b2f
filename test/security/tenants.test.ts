import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { tell } from '../contract/audit-calls.ts';
import { invitation, signedIn } from '../contract/people.ts';
import { type Asked, newWorld, type World } from '../contract/world.ts';
import { plain } from '../support/answers.ts';

/** A tenant cannot see or change anything of another; `foreign-ids` tests ids of another tenant's entities. */

let mine: World;
let theirs: World;
beforeAll(async () => {
  [mine, theirs] = [await newWorld(), await newWorld()];
});

test('an external id of another tenant is free, and a filter by it finds nothing', async () => {
  const externalId = randomUUID();
  await mine.fence({ externalId });
  const { body } = await theirs.call('geofences/list', { query: `externalId=${externalId}` });
  expect(body).toMatchObject({ data: [], total: 0 });
  const own = await theirs.fence({ externalId });
  expect(own.tenantId).toBe(theirs.workspace.id);
});

test('lists and checks hold the own tenant’s objects only', async () => {
  const [a, b] = [await newWorld(), await newWorld()];
  const place = { latitude: -33.8568, longitude: 151.2153 };
  const [ofA, ofB] = [await a.fence(place), await b.fence(place)];
  for (const [world, own] of [
    [a, ofA],
    [b, ofB],
  ] as const) {
    const { body } = await world.call('geofences/check', { body: place });
    expect(body.matches.map((match: { geofenceId: string }) => match.geofenceId)).toEqual([own.id]);
    const list = await world.call('geofences/list');
    expect(list.body.data.map((row: { id: string }) => row.id)).toEqual([own.id]);
    const keys = await world.call('account/list-api-keys');
    expect(keys.body.total).toBe(1);
    expect(world.key.startsWith(keys.body.data[0].key_prefix)).toBe(true);
  }
});

test('a foreign notification, and one of another person of the own workspace, are unknown ones, and stay unread', async () => {
  const id = await tell(mine, 'admin');
  const read = async (world: World, as: Asked['as'], given = id) =>
    plain(await world.call('account/read-notification', { as: as!, params: { id: given } }));
  const unknown = await read(theirs, 'admin', randomUUID());
  expect([unknown.status, unknown.body.error_code]).toEqual([404, 'NOT_FOUND']);
  expect(await read(theirs, 'admin')).toEqual(unknown);
  expect(await read(mine, 'owner')).toEqual(unknown);
  for (const [world, as] of [
    [theirs, 'admin'],
    [mine, 'owner'],
  ] as const) {
    expect((await world.call('account/read-all-notifications', { as })).body).toEqual({ updated: 0 });
  }
  const { body } = await mine.call('account/list-notifications', { as: 'admin', query: 'unread_only=true' });
  expect(body.data.map((row: { id: string }) => row.id)).toContain(id);
});

test('lists of people and of invitations hold those of the own tenant only', async () => {
  const [a, b] = [await newWorld(), await newWorld()];
  for (const world of [a, b]) {
    await invitation(world);
    await signedIn(world, 'viewer');
  }
  for (const world of [a, b]) {
    const me = (await world.call('auth/me', { as: 'admin' })).body;
    expect(me.workspace_id).toBe(world.workspace.id);
    const users = (await world.call('users/list', {})).body as { workspace_id: string }[];
    expect(users.map((user) => user.workspace_id)).toEqual([world.workspace.id, world.workspace.id]);
    expect((await world.call('workspaces/list-members', {})).body.total).toBe(2);
    expect((await world.call('workspaces/list-invitations', {})).body.total).toBe(1);
  }
});

test('the audit log holds what happened in the own workspace only', async () => {
  const { id } = await mine.fence();
  const entries = async (world: World) =>
    (await world.call('audit-logs/list', { query: `resource_id=${id}` })).body.total;
  expect([await entries(mine), await entries(theirs)]).toEqual([1, 0]);
});

test('no header, parameter or field chooses a tenant', async () => {
  const named = { 'x-tenant-id': mine.workspace.id, 'x-workspace-id': mine.workspace.id };
  const created = await theirs.fence({ tenantId: mine.workspace.id, id: randomUUID() });
  expect(created.tenantId).toBe(theirs.workspace.id);
  const parameter = await theirs.call('geofences/list', { query: `tenantId=${mine.workspace.id}` });
  expect([parameter.status, parameter.body.detail[0].type]).toEqual([400, 'unknown_field']);
  const list = await theirs.call('geofences/list', { headers: named, query: 'limit=200' });
  for (const row of list.body.data) expect(row.tenantId).toBe(theirs.workspace.id);
});

test('one Idempotency-Key of two tenants is two keys', async () => {
  const call = { body: { name: 'Both', latitude: 1, longitude: 1 }, headers: { 'idempotency-key': randomUUID() } };
  const [a, b] = await Promise.all([mine.call('geofences/create', call), theirs.call('geofences/create', call)]);
  expect([a.status, b.status]).toEqual([201, 201]);
  expect([a.body.tenantId, b.body.tenantId]).toEqual([mine.workspace.id, theirs.workspace.id]);
});

test('answers about keys hold no secret and no hash', async () => {
  const { body } = await mine.call('account/list-api-keys');
  const secret = mine.key.slice(-38);
  expect(JSON.stringify(body)).not.toContain(secret);
  expect(JSON.stringify(body)).not.toMatch(/hash/i);
});
