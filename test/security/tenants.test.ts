import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tell } from '../contract/audit-calls.ts';
import { aBatch } from '../contract/bulk-calls.ts';
import { invitation, signedIn } from '../contract/people.ts';
import { aSyncPlan } from '../contract/sync-calls.ts';
import { type Asked, newWorld, type World } from '../contract/world.ts';
import { addressed, type EndpointName } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { exampleBody } from './rows.ts';

/** Another tenant's object is an unknown object: same status, same body, and nothing happens to it. */

let mine: World;
let theirs: World;
beforeAll(async () => {
  [mine, theirs] = [await newWorld(), await newWorld()];
});

/** How each route names an object: in its path, its query or its body. A route that names none has no row. */
const naming: Partial<Record<string, (id: string) => Asked>> = {
  'account/delete-api-key': (key_id) => ({ as: 'admin', params: { key_id } }),
  'account/get-api-key': (key_id) => ({ as: 'admin', params: { key_id } }),
  'account/patch-api-key': (key_id) => ({ as: 'admin', params: { key_id }, body: { name: 'Taken over' } }),
  'account/rotate-api-key': (key_id) => ({ as: 'admin', params: { key_id }, body: {} }),
  'api-keys/delete': (key_id) => ({ as: 'admin', params: { key_id } }),
  'account/read-notification': (id) => ({ as: 'admin', params: { id } }),
  'billing/get-invoice': (id) => ({ params: { id } }),
  'geofences/bulk-get': (batch_id) => ({ params: { batch_id } }),
  'geofences/get': (id) => ({ params: { id } }),
  'geofences/patch': (id) => ({ params: { id }, body: { name: 'Taken over' } }),
  'geofences/replace': (id) => ({ params: { id }, body: { name: 'Taken over', latitude: 0, longitude: 0 } }),
  'geofences/delete': (id) => ({ params: { id } }),
  'geofences/cells': (id) => ({ params: { id } }),
  'geofences/explain': (id) => ({ body: { latitude: 0, longitude: 0, geofenceId: id } }),
  'geofences/sync-plan-apply': (planId) => ({ params: { planId } }),
  'geofences/sync-plan-get': (planId) => ({ params: { planId } }),
  'geofences/update': (id) => ({ body: { id, name: 'Taken over' } }),
  'geofences/remove': (id) => ({ query: `id=${id}` }),
  'users/delete': (user_id) => ({ as: 'admin', params: { user_id } }),
  'workspaces/remove-member': (user_id) => ({ as: 'admin', params: { user_id } }),
  'workspaces/update-member': (user_id) => ({ as: 'admin', params: { user_id }, body: { role: 'viewer' } }),
  'workspaces/withdraw-invitation': (id) => ({ as: 'admin', params: { id } }),
  'ogc/get-collection': (id) => ({ params: { collectionId: id } }),
  'ogc/list-items': (id) => ({ params: { collectionId: id } }),
  'ogc/get-item': (id) => ({ params: { collectionId: 'geofences', featureId: id } }),
};

const namesAnObject = addressed.filter(({ name, route }) => {
  const required = route.body && (exampleBody(route) as Record<string, unknown> | undefined);
  const inBody =
    !!required &&
    Object.keys(required).some((field) => /^(id|.*Id)$/.test(field) && !['customerId', 'externalId'].includes(field));
  return route.scope !== 'public' && (route.path.includes('{') || inBody || !!naming[name]);
});

test('every route that names an object has a row', () => {
  const without = namesAnObject.filter(({ name }) => !naming[name]);
  expect(without.map(({ name }) => `Say in test/security/tenants how ${name} names its object`)).toEqual([]);
});

const plain = ({ status, body }: Invoked) => {
  const { request_id: _, ...rest } = body;
  return { status, body: rest };
};

/** A thing of a workspace, and what is there to see of it. */
interface Thing {
  readonly id: string;
  see(): Promise<unknown>;
}

async function aFence(world: World): Promise<Thing> {
  const { id } = await world.fence({ externalId: randomUUID(), tags: ['mine'] });
  return { id, see: () => world.call('geofences/get', { params: { id } }).then(plain) };
}

async function aKey(world: World): Promise<Thing> {
  const { body } = await world.call('account/create-api-key', { as: 'admin', body: { name: 'Mine' } });
  const params = { key_id: body.id };
  return { id: body.id, see: () => world.call('account/get-api-key', { as: 'admin', params }).then(plain) };
}

/** Who is in a list of this world, as it stands there. */
async function listed(world: World, list: EndpointName, id: string): Promise<unknown> {
  const { status, body } = await world.call(list, { as: 'admin', query: 'limit=200' });
  return { status, body: body.data.find((row: { id: string }) => row.id === id) };
}

/** A member with a session: nobody else may end it. */
async function aMember(world: World): Promise<Thing> {
  const { id, access_token: key } = await signedIn(world);
  const see = async () => ({
    ...((await listed(world, 'workspaces/list-members', id)) as object),
    session: (await world.call('auth/me', { key })).status,
  });
  return { id, see };
}

async function anInvitation(world: World): Promise<Thing> {
  const { id } = await invitation(world);
  return { id, see: () => listed(world, 'workspaces/list-invitations', id) };
}

async function aBulkBatch(world: World): Promise<Thing> {
  const batch_id = await aBatch(world);
  const told = async () => {
    const { status, body } = await world.call('geofences/bulk-get', { params: { batch_id } });
    return { status, body: { id: body.batch_id, total: body.total } };
  };
  return { id: batch_id, see: told };
}

async function aPlan(world: World): Promise<Thing> {
  const planId = await aSyncPlan(world);
  const see = async () => {
    const { status, body } = plain(await world.call('geofences/sync-plan-get', { params: { planId } }));
    return { status, body: { ...body, id: body.planId } };
  };
  return { id: planId, see };
}

function thingOf(name: string): (world: World) => Promise<Thing> {
  if (name.includes('api-key')) return aKey;
  if (name.includes('invitation')) return anInvitation;
  if (name.includes('bulk')) return aBulkBatch;
  if (name.includes('sync-plan')) return aPlan;
  return /^users|member/.test(name) ? aMember : aFence;
}

describe.each(namesAnObject)('$name', ({ name }) => {
  let thing: Thing;
  beforeEach(async () => {
    thing = await thingOf(name)(mine);
  });
  const asThem = (id: string, more: Asked = {}) => theirs.call(name as EndpointName, { ...naming[name]!(id), ...more });

  test('answers of a foreign id what it answers of an unknown one', async () => {
    const [foreign, unknown] = [await asThem(thing.id), await asThem(randomUUID())];
    expect(plain(foreign)).toEqual(plain(unknown));
    expect([foreign.status, foreign.body.error_code]).toEqual([404, 'NOT_FOUND']);
  });

  test('answers so whatever version is demanded of it', async () => {
    for (const tag of ['*', '"v1"', '"v9"']) {
      const headers = { 'if-match': tag, 'if-none-match': tag };
      expect((await asThem(thing.id, { headers })).status).toBe(404);
    }
  });

  test('leaves a foreign object as it is', async () => {
    const before = await thing.see();
    await asThem(thing.id);
    expect(await thing.see()).toEqual(before);
    expect(before).toMatchObject({ status: 200, body: { id: thing.id } });
  });
});

test('a foreign external id is free, and filters to nothing', async () => {
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
  const list = await theirs.call('geofences/list', {
    headers: named,
    query: `tenantId=${mine.workspace.id}&limit=200`,
  });
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
