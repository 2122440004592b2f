import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checked } from '../../../shared/http/failures.ts';
import { SyncPlanRequest } from '../../../shared/sync/wire.ts';
import { newId } from '../../../shared/table/ids.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { type Body, bulkTenant, Yard } from './yard.ts';

let yard: Yard;

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  yard = new Yard();
});
afterEach(() => {
  yard.database.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const place = { latitude: 50, longitude: 10 };
const triangle = [
  [10, 50],
  [10.1, 50],
  [10, 50.1],
  [10, 50],
];
const polygon = { type: 'Polygon', coordinates: [triangle] };
const items = (...all: Body[]) => ({ items: all });

async function planned(body: Body) {
  const { id } = await yard.plan(body);
  return await yard.see(id);
}

describe('a plan says', () => {
  test('what would be created, changed and left unchanged, and writes nothing', async () => {
    const stored = await yard.fence({ externalId: 'site-9', radiusMeters: 100 });
    await yard.fence({ externalId: 'site-1' });
    const before = await yard.fences();
    const plan = await planned(
      items(
        { externalId: 'site-1', name: 'A' },
        { externalId: 'site-9', radiusMeters: 150, tags: ['t'] },
        { externalId: 'site-10', name: 'Depot', ...place, groupName: 'g' },
      ),
    );
    expect(plan).toMatchObject({
      status: 'READY',
      createdAt: '2026-03-22T10:00:00Z',
      expiresAt: '2026-03-23T10:00:00Z',
      appliedAt: null,
      counts: { create: 1, update: 1, delete: 0, unchanged: 1, error: 0 },
    });
    expect(plan.changes).toEqual([
      {
        externalId: 'site-9',
        op: 'update',
        geofenceId: stored.id,
        fromVersion: 1,
        diff: { radiusMeters: [100, 150], tags: [[], ['t']] },
      },
      {
        externalId: 'site-10',
        op: 'create',
        geofenceId: null,
        fromVersion: null,
        diff: {
          name: [null, 'Depot'],
          latitude: [null, 50],
          longitude: [null, 10],
          radiusMeters: [null, 500],
          groupName: [null, 'g'],
        },
      },
    ]);
    expect(await yard.fences()).toEqual(before);
    expect(yard.queue).toEqual([]);
  });

  test('a polygon by its geometry', async () => {
    await yard.fence({ externalId: 'a' });
    const { changes } = await planned(items({ externalId: 'a', geometry: polygon }));
    const old = { type: 'Circle', center: [10, 50], radiusMeters: 200 };
    expect(changes).toMatchObject([{ op: 'update', diff: { geometry: [old, polygon] } }]);
  });

  test('nothing about a geofence that was read and is sent back', async () => {
    await yard.fence({
      externalId: 'a',
      ...{ geometry: polygon, latitude: undefined, longitude: undefined, radiusMeters: undefined },
    });
    const read = (await yard.fences()).get('a')!;
    expect(await planned(items(read))).toMatchObject({ counts: { unchanged: 1 }, changes: [] });
  });

  test('no change of a kind that the request switches off', async () => {
    await yard.fence({ externalId: 'a' });
    const both = items({ externalId: 'a', name: 'New' }, { externalId: 'b', name: 'B', ...place });
    expect((await planned({ ...both, createMissing: false })).changes).toMatchObject([{ op: 'update' }]);
    expect((await planned({ ...both, updateExisting: false })).changes).toMatchObject([{ op: 'create' }]);
    expect((await planned({ ...both, createMissing: false, updateExisting: false })).counts.unchanged).toBe(2);
  });

  test('which items cannot be, and why', async () => {
    await yard.fence({
      externalId: 'poly',
      geometry: polygon,
      latitude: undefined,
      longitude: undefined,
      radiusMeters: undefined,
    });
    const { changes, counts } = await planned(
      items({ externalId: 'a' }, { externalId: 'b', name: 'B' }, { externalId: 'poly', latitude: 1 }),
    );
    const error = { op: 'error', errorCode: 'CREATE_FAILED', geofenceId: null, fromVersion: null, diff: {} };
    expect(counts).toEqual({ create: 0, update: 0, delete: 0, unchanged: 0, error: 3 });
    expect(changes).toEqual([
      { externalId: 'a', ...error, message: 'name: Field required' },
      {
        externalId: 'b',
        ...error,
        message: expect.stringMatching(/^geometry: Field required; latitude: .*send either geometry, or latitude and/),
      },
      { externalId: 'poly', ...error, message: expect.stringContaining('latitude: The fence is a polygon') },
    ]);
  });

  test('a polygon that becomes a circle about its own centre, and makes it one', async () => {
    const drawn = { geometry: polygon, latitude: undefined, longitude: undefined, radiusMeters: undefined };
    const { latitude, longitude } = await yard.fence({ externalId: 'a', ...drawn });
    const circle = { type: 'Circle', center: [longitude, latitude], radiusMeters: 70 };
    const { changes } = await yard.synced(items({ externalId: 'a', latitude, longitude, radiusMeters: 70 }));
    expect(changes).toMatchObject([
      { op: 'update', result: 'done', diff: { geometry: [{ type: 'Polygon' }, circle] } },
    ]);
    expect((await yard.fences()).get('a')).toMatchObject({ geometry: circle, radiusMeters: 70 });
  });

  test('deletes of what no item names, within the scope and only there', async () => {
    for (const externalId of ['a', 'b', 'c', 'd', 'e'])
      await yard.fence({ externalId, tags: ['mine'], name: externalId });
    await yard.fence({ tags: ['mine'] });
    await yard.fence({ externalId: 'f', tags: ['other'] });
    const body = { ...items(...['a', 'b', 'c', 'd'].map((externalId) => ({ externalId }))), deleteMissing: true };
    const { changes, counts } = await planned({ ...body, scope: { tag: 'mine' } });
    expect(counts).toEqual({ create: 0, update: 0, delete: 1, unchanged: 4, error: 0 });
    expect(changes).toMatchObject([{ op: 'delete', externalId: 'e', fromVersion: 1, diff: { name: ['e', null] } }]);
    expect((await planned({ ...body, scope: { groupName: 'mine' } })).counts.delete).toBe(0);
  });
});

describe('deletes', () => {
  test.each([
    [0.2, 10, 8, undefined],
    [0.2, 10, 7, { deletes: 3, allowed: 2 }],
    [0.29, 100, 71, undefined],
    [0.29, 100, 70, { deletes: 30, allowed: 29 }],
    [0, 3, 2, { deletes: 1, allowed: 0 }],
    [1, 3, 1, undefined],
  ])('of more than the share %d of %d are refused where %d are named', async (share, all, named, details) => {
    const names = Array.from({ length: all }, (_, i) => `e${i}`);
    for (const externalId of names) await yard.fence({ externalId, groupName: 'g' });
    const body = {
      ...items(...names.slice(0, named).map((externalId) => ({ externalId }))),
      deleteMissing: true,
      scope: { groupName: 'g' },
      maxDeleteFraction: share,
    };
    if (details) await expect(yard.plan(body)).rejects.toMatchObject({ code: 'DELETE_GUARD', details });
    else expect((await yard.plan(body)).counts.delete).toBe(all - named);
  });

  test('are refused before an address is looked up', async () => {
    await yard.fence({ externalId: 'old', tags: ['t'] });
    const body = {
      ...items({ externalId: 'a', name: 'A', address: 'Here 1' }),
      deleteMissing: true,
      scope: { tag: 't' },
    };
    await expect(yard.plan(body)).rejects.toMatchObject({ code: 'DELETE_GUARD' });
    expect([yard.chunksSent, yard.database.rows('main').some(({ pk }) => String(pk).includes('#sync#'))]).toEqual([
      0,
      false,
    ]);
  });
});

describe('a request is refused', () => {
  const failures = (body: Body) => {
    const result = checked(SyncPlanRequest, 'body', body);
    return 'failures' in result ? result.failures.map(({ type, loc }) => [type, ...loc.slice(1)]) : [];
  };

  test.each<[string, Body, unknown[]]>([
    [
      'that names an external id twice',
      items({ externalId: 'a' }, { externalId: 'b' }, { externalId: 'a' }),
      ['conflict', 'items', 2, 'externalId'],
    ],
    ['without an external id', items({ name: 'A' }), ['missing', 'items', 0, 'externalId']],
    ['with an external id of null', items({ externalId: null }), ['missing', 'items', 0, 'externalId']],
    [
      'with an address and a latitude',
      items({ externalId: 'a', address: 'x', latitude: 1 }),
      ['conflict', 'items', 0, 'latitude'],
    ],
    [
      'with an address and a geometry',
      items({ externalId: 'a', address: 'x', geometry: polygon }),
      ['conflict', 'items', 0, 'geometry'],
    ],
    [
      'with a radius that no circle has',
      items({ externalId: 'a', address: 'x', radiusMeters: 100_001 }),
      ['too_large', 'items', 0, 'radiusMeters'],
    ],
    ['with a blank address', items({ externalId: 'a', address: ' ' }), ['too_short', 'items', 0, 'address']],
    ['with an unknown field', items({ externalId: 'a', radius: 1 }), ['unknown_field', 'items', 0, 'radius']],
    ['that deletes without a scope', { ...items({ externalId: 'a' }), deleteMissing: true }, ['missing', 'scope']],
    ['with two scopes', { ...items({ externalId: 'a' }), scope: { tag: 'a', groupName: 'b' } }, ['conflict', 'scope']],
    ['with no item', items(), ['too_short', 'items']],
  ])('%s', (_, body, failure) => expect(failures(body)).toEqual([failure]));

  test('with a geometry that no geofence can have', async () => {
    const bad = items(
      { externalId: 'a' },
      { externalId: 'b', name: 'B', geometry: { type: 'Polygon', coordinates: [] } },
    );
    await expect(yard.plan(bad)).rejects.toMatchObject({
      message: 'Invalid geometry format',
      details: { reason: 'empty', index: 1 },
    });
  });

  test('with an action that its caller may not save', async () => {
    const run = { type: 'command', commandType: 'BEEP' };
    const body = items({ externalId: 'a', name: 'A', ...place, action: { run } });
    const who = caller(bulkTenant(), ['geofences:write']);
    await expect(yard.plan(body, newId(0), who)).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
    const unknown = items(
      { externalId: 'b' },
      { externalId: 'a', action: { run: { type: 'webhook', webhookId: 'w' } } },
    );
    await expect(yard.plan(unknown)).rejects.toMatchObject({
      fields: [{ type: 'unknown_reference', loc: ['body', 'items', 1, 'action', 'run', 'webhookId'] }],
    });
  });

  test('with addresses by a workspace without the feature, and with more than its cap', async () => {
    const without = caller(tenant(1, 'free'));
    const body = items({ externalId: 'a', name: 'A', address: 'Here 1' });
    await expect(yard.plan(body, newId(0), without)).rejects.toMatchObject({ code: 'FEATURE_NOT_ENABLED' });
    const many = Array.from({ length: 501 }, (_, i) => ({ externalId: `${i}`, address: 'x' }));
    const details = { max_items: 500, requested_items: 501 };
    await expect(yard.plan(items(...many))).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE', details });
  });
});

describe('many changes', () => {
  test('are pages in their order', async () => {
    const all = Array.from({ length: 450 }, (_, i) => ({ externalId: `e${i}`, name: `N${i}`, ...place }));
    const { changes, counts } = await planned(items(...all));
    expect(counts.create).toBe(450);
    expect(changes.map(({ externalId }) => externalId)).toEqual(all.map(({ externalId }) => externalId));
  });

  test('that are large are spread over rows that the database takes', async () => {
    const ring = Array.from({ length: 9999 }, (_, i) => {
      const angle = (i / 9999) * 2 * Math.PI;
      return [10 + Math.cos(angle) * (1 + (i % 2) * 0.001), 50 + Math.sin(angle) * (1 + (i % 2) * 0.001)];
    });
    const large = { type: 'Polygon', coordinates: [[...ring, ring[0]!]] };
    const noise = {
      a: Buffer.from(Uint8Array.from({ length: 11_000 }, (_, i) => (i * 7919) % 251)).toString('base64'),
    };
    await yard.fence({
      externalId: 'a',
      geometry: large,
      latitude: undefined,
      longitude: undefined,
      radiusMeters: undefined,
    });
    const moved = { type: 'Polygon', coordinates: [[...ring, ring[0]!].map(([x, y]) => [x! + 1.0000001, y!])] };
    const body = items(
      { externalId: 'a', geometry: moved, metadata: noise },
      { externalId: 'b', name: 'B', geometry: large },
    );
    const plan = await yard.plan(body);
    expect(plan.sizes).toEqual([1, 1]);
    await yard.apply(plan.id);
    await yard.work();
    expect((await yard.see(plan.id)).changes.map(({ result }) => result)).toEqual(['done', 'done']);
  });
});

test('a retry of a crashed request finds the plan that it created', async () => {
  const id = newId(Date.now());
  const first = await yard.plan(items({ externalId: 'a', name: 'A', ...place }), id);
  await yard.fence({ externalId: 'a' });
  expect(await yard.plan(items({ externalId: 'a', name: 'A', ...place }), id)).toMatchObject({ ...first });
});
