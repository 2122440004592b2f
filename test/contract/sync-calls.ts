import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { assignFeatures } from '../../shared/operator/workspaces.ts';
import { newKey, newWorkspace } from '../support/stack.ts';
import { type Call, row, text } from './call.ts';
import type { World } from './world.ts';

/** Calls of sync plans, in addition to those that every route shares. */

const place = { latitude: -40, longitude: -140 };
const site = (more: object = {}) => ({ externalId: randomUUID(), name: 'Site', ...place, ...more });
const list = (...items: readonly object[]) => ({ body: { items } });
const polygon = { type: 'Polygon', coordinates: [] };
const external = async (world: World, draft: object = {}) => await world.fence({ externalId: randomUUID(), ...draft });

const refused = (title: string, body: object, type: string, ...loc: readonly (string | number)[]) =>
  row(title, { body }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['body', ...loc], msg: text }] } });

const noCounts = { create: 0, update: 0, delete: 0, unchanged: 0, error: 0 };
const stated = (status: string, counts: object, changes: readonly object[]) => ({
  body: { status, counts: { ...noCounts, ...counts }, changes },
});

async function keyWithoutFeature(): Promise<string> {
  return await newKey(await assignFeatures(await newWorkspace(), []), { scopes: ['geofences:write'] });
}

/** A group with this number of geofences, which have external ids. */
async function group(world: World, size: number): Promise<string> {
  const groupName = randomUUID();
  await Promise.all(Array.from({ length: size }, () => external(world, { groupName })));
  return groupName;
}

/** A plan of this workspace that creates one geofence, or a plan with the given body. */
export async function aSyncPlan(world: World, body: object = { items: [site()] }): Promise<string> {
  const answer = await world.call('geofences/sync-plan-create', { body });
  if (answer.status !== 201) throw new Error(`No plan: ${JSON.stringify(answer.body)}`);
  return answer.body.planId;
}

const of = async (world: World, body?: object) => ({ params: { planId: await aSyncPlan(world, body) } });

async function deleting(world: World) {
  const groupName = await group(world, 1);
  return await of(world, { items: [site()], deleteMissing: true, scope: { groupName }, maxDeleteFraction: 1 });
}

async function stale(world: World) {
  const { id, externalId } = await external(world);
  const params = await of(world, { items: [{ externalId, name: 'New' }] });
  await world.call('geofences/patch', { params: { id }, body: { name: 'Other' } });
  return params;
}

const unknownRows: readonly Call[] = [
  row('an unknown id', { params: { planId: randomUUID() } }, [404, 'NOT_FOUND'], {
    body: { details: { resource: 'sync_plan' } },
  }),
  row('a text that is not an id', { params: { planId: 'x'.repeat(3000) } }, [404, 'NOT_FOUND']),
];

const three = () => ({ items: [site(), site(), site()] });

export const syncCalls: Readonly<Record<string, readonly Call[]>> = {
  'geofences/sync-plan-create': [
    row('a new site', list(site()), 201, {
      headers: { Location: expect.stringMatching(/\/api\/v1\/geofences\/sync\/plans\/[0-9a-f-]{36}$/) },
      ...stated('READY', { create: 1 }, [{ op: 'create', geofenceId: null, diff: { name: [null, 'Site'] } }]),
    }),
    row(
      'a site that changes',
      async (world) => list({ externalId: (await external(world)).externalId, radiusMeters: 150 }),
      201,
      stated('READY', { update: 1 }, [{ op: 'update', fromVersion: 1, diff: { radiusMeters: [100, 150] } }]),
    ),
    row('an unchanged site', async (world) => list(await external(world)), 201, stated('READY', { unchanged: 1 }, [])),
    row('a site without a name', list({ externalId: randomUUID(), ...place }), 201, {
      ...stated('READY', { error: 1 }, [{ op: 'error', errorCode: 'CREATE_FAILED', message: 'name: Field required' }]),
    }),
    row('an address', list({ externalId: randomUUID(), name: 'A', address: 'Nowhere at all 99999' }), 201, {
      ...stated('READY', { error: 1 }, [{ op: 'error', errorCode: 'GEOCODE_FAILED' }]),
    }),
    row(
      'an address, respond-async',
      { ...list({ externalId: randomUUID(), name: 'A', address: 'Here 1' }), headers: { prefer: 'respond-async' } },
      202,
      {
        headers: { 'Preference-Applied': 'respond-async', 'Retry-After': '2', Location: text },
        ...stated('COMPUTING', {}, []),
      },
    ),
    row(
      'more deletes than the allowed share',
      async (world) => ({
        body: { items: [site()], deleteMissing: true, scope: { groupName: await group(world, 2) } },
      }),
      [422, 'DELETE_GUARD'],
      { body: { details: { deletes: 2, allowed: 0 } } },
    ),
    refused('no items', { items: [] }, 'too_short', 'items'),
    refused('no external id', { items: [{ name: 'A' }] }, 'missing', 'items', 0, 'externalId'),
    refused('one twice', { items: [{ externalId: 'a' }, { externalId: 'a' }] }, 'conflict', 'items', 1, 'externalId'),
    refused(
      'address and place',
      list(site({ address: 'x', longitude: undefined })).body,
      'conflict',
      'items',
      0,
      'latitude',
    ),
    refused('a blank address', list({ externalId: 'a', address: ' ' }).body, 'too_short', 'items', 0, 'address'),
    refused('deletes without a scope', { ...list(site()).body, deleteMissing: true }, 'missing', 'scope'),
    refused('two scopes', { ...list(site()).body, scope: { tag: 'a', groupName: 'b' } }, 'conflict', 'scope'),
    refused('a share above 1', { ...list(site()).body, maxDeleteFraction: 1.1 }, 'too_large', 'maxDeleteFraction'),
    row('an unusable geometry', list({ externalId: 'a', name: 'A', geometry: polygon }), [422, 'VALIDATION_ERROR'], {
      body: { detail: 'Invalid geometry format', details: { reason: 'empty', index: 0 } },
    }),
    row('5001 items of any kind', { body: { items: Array(5001).fill(0) } }, [413, 'BATCH_TOO_LARGE'], {
      body: { detail: 'Batch too large: 5001 > 5000', details: { max_items: 5000, requested_items: 5001 } },
    }),
    row(
      '501 addresses',
      list(...Array.from({ length: 501 }, (_, i) => ({ externalId: `e${i}`, address: 'x' }))),
      [413, 'BATCH_TOO_LARGE'],
      { body: { details: { max_items: 500, requested_items: 501 } } },
    ),
    row(
      'an address in a workspace without the feature',
      async () => ({ ...list({ externalId: 'a', address: 'x' }), key: await keyWithoutFeature() }),
      [403, 'FEATURE_NOT_ENABLED'],
      { body: { details: { feature: 'BULK_IMPORT' } } },
    ),
    row('no address in such a workspace', async () => ({ ...list(site()), key: await keyWithoutFeature() }), 201),
  ],
  'geofences/sync-plan-get': [
    row('a plan', of, 200, stated('READY', { create: 1 }, [{ op: 'create' }])),
    row('one page of it', async (world) => ({ ...(await of(world, three())), query: 'limit=2' }), 200, {
      headers: { 'X-Total-Count': '3', Link: expect.stringMatching(/offset=2.*rel="next"/) },
      body: { changes: [{ op: 'create' }, { op: 'create' }], nextCursor: text },
    }),
    row('its end', async (world) => ({ ...(await of(world, three())), query: 'offset=2' }), 200, {
      body: { changes: [{ op: 'create' }], nextCursor: null },
    }),
    row(
      'the page after it',
      async (world) => {
        const { params } = await of(world, three());
        const { body } = await world.call('geofences/sync-plan-get', { params, query: 'limit=2' });
        return { params, query: `limit=2&cursor=${body.nextCursor}` };
      },
      200,
      { body: { changes: [{ op: 'create' }], nextCursor: null } },
    ),
    row(
      'a cursor of another plan',
      async (world) => {
        const { body } = await world.call('geofences/sync-plan-get', {
          ...(await of(world, three())),
          query: 'limit=2',
        });
        return { ...(await of(world)), query: `cursor=${body.nextCursor}` };
      },
      [422, 'CURSOR_INVALID'],
    ),
    row('201 changes', async (world) => ({ ...(await of(world)), query: 'limit=201' }), [422, 'VALIDATION_ERROR']),
    row('too far', async (world) => ({ ...(await of(world)), query: 'offset=10001' }), [422, 'OFFSET_TOO_LARGE']),
    ...unknownRows,
  ],
  'geofences/sync-plan-apply': [
    row('a plan', of, 200, stated('APPLIED', { create: 1 }, [{ op: 'create', geofenceId: text, result: 'done' }])),
    row('one that deletes', deleting, 200, {
      ...stated('APPLIED', { create: 1, delete: 1 }, [{ result: 'done' }, { op: 'delete', result: 'done' }]),
    }),
    row(
      'one that is applied',
      async (world) => {
        const plan = await of(world);
        await world.call('geofences/sync-plan-apply', plan);
        return plan;
      },
      200,
      stated('APPLIED', { create: 1 }, [{ result: 'done' }]),
    ),
    row('respond-async', async (world) => ({ ...(await of(world)), headers: { prefer: 'respond-async' } }), 202, {
      headers: { 'Preference-Applied': 'respond-async', 'Retry-After': '2', Location: text },
      body: { status: 'APPLYING' },
    }),
    row(
      'one that deletes, by a key that may not',
      async (world) => ({
        ...(await deleting(world)),
        key: await world.anotherKey({ scopes: ['geofences:write'] }),
      }),
      [403, 'SCOPE_MISSING'],
      { body: { details: { required_scope: 'geofences:delete' } } },
    ),
    row('one whose geofence has changed', stale, [409, 'SYNC_PLAN_STALE'], {
      body: { details: { geofence_ids: [text] } },
    }),
    ...unknownRows,
  ],
};
