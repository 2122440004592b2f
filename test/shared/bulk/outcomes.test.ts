import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { BulkResult } from '../../../shared/bulk/wire.ts';
import type { Cell } from '../../../shared/geo/cells.ts';
import { ladderOf } from '../../../shared/geo/ladder.ts';
import { encodeShape } from '../../../shared/geo/posting.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { newId } from '../../../shared/table/ids.ts';
import { cellKeys } from '../../../shared/table/keys/geofences.ts';
import { quotaKeys } from '../../../shared/table/keys/quota.ts';
import { fault } from '../../support/dynamodb-fake.ts';
import { isOfOutbox } from '../../support/orders.ts';
import { type Circumstances, type Given, Pipeline, placeAt, wait } from './pipeline.ts';

/** The outcomes of items, case by case. */

let pipeline: Pipeline;
function start(circumstances: Circumstances = {}): Pipeline {
  pipeline = new Pipeline(circumstances);
  return pipeline;
}
afterEach(() => pipeline.close());

const fences = () => pipeline.database.rows('main').filter(({ sk }) => sk === 'body');
const quotaUsed = () => Number(pipeline.database.rows('access').find(({ sk }) => sk === 'geofences')?.used ?? 0);
const codes = (results: readonly BulkResult[]) => results.map(({ status, error_code }) => error_code ?? status);
const at = (lat: number, lng: number, more: object = {}) => ({ address: 'given', lat, lng, ...more });
const far = (i: number, more: object = {}) => at(50 + i / 100, 8, more);
const stand = async (body: object) =>
  await writeGeofences.open().create(pipeline.caller, { name: 'S', ...body }, unrecorded);

async function imported(given: Given): Promise<BulkResult[]> {
  const results = await pipeline.create(given);
  await pipeline.drain();
  return results;
}

describe('two batches of the same addresses at once', () => {
  const items = [{ address: 'A' }, { address: 'B' }];

  test.each(Array.from({ length: 8 }, (_, seed) => seed))('create each once under skip (%i)', async (seed) => {
    start({ seed }).places = { A: placeAt(50, 8), B: placeAt(51, 8) };
    const both = [pipeline.create({ items }), pipeline.create({ items })];
    const results = await pipeline.until(Promise.all(both));
    expect(results.map((each) => codes(each).join()).sort()).toEqual(['created,created', 'duplicate,duplicate']);
    const [made, matched] = [...results].sort((a, b) => (a[0]!.status < b[0]!.status ? -1 : 1)) as [
      BulkResult[],
      BulkResult[],
    ];
    expect(matched.map(({ dedup_match }) => dedup_match?.geofence_id)).toEqual(
      made.map(({ geofence_id }) => geofence_id),
    );
    expect(fences()).toHaveLength(2);
  });

  test('create them once under fail, and the other is refused', async () => {
    start().places = { A: placeAt(50, 8), B: placeAt(51, 8) };
    const given = { items, dedup_strategy: 'fail' as const };
    const outcomes = await pipeline.until(Promise.allSettled([pipeline.create(given), pipeline.create(given)]));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(fences()).toHaveLength(2);
  });

  test('of two workspaces do not affect each other', async () => {
    start().places = { A: placeAt(50, 8), B: placeAt(51, 8) };
    const other = pipeline.other(2);
    const results = await pipeline.until(
      Promise.all([pipeline.create({ items }), pipeline.create({ items }, newId(Date.now()), other)]),
    );
    expect(results.map(codes)).toEqual(Array(2).fill(['created', 'created']));
  });
});

describe('a batch that fails on duplicates', () => {
  test('returns the errors before the first one and the duplicate, and writes nothing', async () => {
    start();
    const { id } = await stand({ latitude: 50.02, longitude: 8, radiusMeters: 100 });
    const rows = () => [pipeline.database.rows('cells').length, fences().length, quotaUsed()];
    const before = rows();
    const given = {
      items: [far(0), { address: 'nowhere' }, far(2), far(2), { address: 'nowhere' }],
      dedup_strategy: 'fail' as const,
    };
    const error = await imported(given).catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      code: 'DUPLICATE_GEOFENCE',
      message: 'Duplicate geofence at index 2',
      details: {
        results: [
          {
            index: 1,
            status: 'error',
            error_code: 'GEOCODE_FAILED',
            error: { code: 'GEOCODE_FAILED', message: 'Could not geocode address' },
          },
          { index: 2, status: 'duplicate', dedup_match: { geofence_id: id, name: 'S', distance_meters: 0 } },
        ],
      },
    });
    expect((error as { details: { results: unknown[] } }).details.results).toHaveLength(2);
    expect(rows()).toEqual(before);
    const outbox = pipeline.database.rows('main').filter(isOfOutbox);
    expect(outbox.map(({ action }) => action).sort()).toEqual(['geofence.bulk_completed', 'geofence.create']);
    const ended = outbox.find(({ action }) => action === 'geofence.bulk_completed');
    expect(JSON.parse(String(ended?.changes))).toMatchObject({ status: [null, 'aborted'], created: [null, 0] });
  });

  test('names an earlier item by its place', async () => {
    start();
    const error = await imported({ items: [far(0), far(1, { name: 'N' }), far(1)], dedup_strategy: 'fail' }).catch(
      (e: unknown) => e,
    );
    const match = { geofence_id: null, name: 'N', distance_meters: 0, item_index: 1 };
    expect(error).toMatchObject({ details: { results: [{ index: 2, status: 'duplicate', dedup_match: match }] } });
    expect(fences()).toEqual([]);
  });

  test('is not refused for what could not be geocoded', async () => {
    start();
    expect(codes(await imported({ items: [{ address: 'nowhere' }, far(0)], dedup_strategy: 'fail' }))).toEqual([
      'GEOCODE_FAILED',
      'created',
    ]);
  });

  test('creates what is forced, named by the geofence that it doubles', async () => {
    start();
    const results = await imported({ items: [far(0), far(0, { override_dedup: true })], dedup_strategy: 'fail' });
    expect(codes(results)).toEqual(['created', 'created']);
    expect(results[1]?.dedup_match).toEqual({
      geofence_id: results[0]?.geofence_id,
      name: 'given',
      distance_meters: 0,
    });
  });
});

describe('duplicates', () => {
  test('in a batch are found in the order of the items', async () => {
    start();
    const items = [
      at(50, 8, { name: 'a', buffer_meters: 50 }),
      at(50.002, 8, { name: 'b', buffer_meters: 500 }),
      at(50, 8),
      at(50.001, 8),
    ];
    const results = await imported({ items });
    expect(codes(results)).toEqual(['created', 'created', 'duplicate', 'duplicate']);
    expect(results[2]?.dedup_match).toMatchObject({ name: 'a', distance_meters: 0 });
    expect(results[3]?.dedup_match).toMatchObject({ name: 'b', distance_meters: 111.2 });
    expect(results[3]?.dedup_match?.item_index).toBeUndefined();
  });

  test('name the nearest geofence; of two at the same distance, the one with the smaller id', async () => {
    start();
    await stand({ name: 'wide', latitude: 50.003, longitude: 8, radiusMeters: 5000 });
    const twins = [
      await stand({ name: 'T', latitude: 50.001, longitude: 8 }),
      await stand({ name: 'T', latitude: 50.001, longitude: 8 }),
    ];
    const [result] = await imported({ items: [far(0)] });
    expect(result?.dedup_match).toEqual({
      geofence_id: twins.map(({ id }) => id).sort()[0],
      name: 'T',
      distance_meters: 111.2,
    });
  });

  test('are found in inactive geofences and in polygons, holes excluded', async () => {
    start();
    const ring = (half: number) =>
      [
        [-half, -half],
        [half, -half],
        [half, half],
        [-half, half],
        [-half, -half],
      ].map(([x, y]) => [8 + x!, 51 + y!]);
    await stand({ name: 'off', latitude: 50, longitude: 8, radiusMeters: 100, status: 'inactive' });
    await stand({ name: 'ring', geometry: { type: 'Polygon', coordinates: [ring(0.01), ring(0.005)] } });
    const results = await imported({ items: [at(50, 8), at(51.009, 8), at(51, 8), at(51.02, 8)] });
    expect(codes(results)).toEqual(['duplicate', 'duplicate', 'created', 'created']);
    expect(results.slice(0, 2).map(({ dedup_match }) => dedup_match?.name)).toEqual(['off', 'ring']);
  });

  test('are within the radius, including its edge; 483.2 m from a fence of 200 m there is none', async () => {
    start();
    await stand({ latitude: 37.3318, longitude: -122.0312, radiusMeters: 200 });
    const north = (meters: number) => at(37.3318 + meters / 111_194.9266, -122.0312);
    expect(codes(await imported({ items: [north(483.2), north(199.9)] }))).toEqual(['created', 'duplicate']);
  });

  test('are found across the antimeridian and at the poles, in the batch and before it', async () => {
    start();
    const items = [
      at(10, 180),
      at(10, -180),
      at(10, -179.999_5),
      at(90, 0),
      at(90, 120),
      at(-90, 5),
      at(-89.999_5, 90),
    ];
    const once = ['created', 'duplicate', 'duplicate', 'created', 'duplicate', 'created', 'duplicate'];
    expect(codes(await imported({ items }))).toEqual(once);
    expect(codes(await imported({ items }))).toEqual(items.map(() => 'duplicate'));
  });

  test('are created under override, and tell what they double', async () => {
    start();
    const results = await imported({ items: [far(0), far(0), far(0)], dedup_strategy: 'override' });
    expect(codes(results)).toEqual(['created', 'created', 'created']);
    expect(results.map(({ dedup_match }) => dedup_match?.geofence_id)).toEqual([
      undefined,
      results[0]?.geofence_id,
      results[0]?.geofence_id,
    ]);
  });

  test('by the hundred at one place are all created under override', async () => {
    start();
    const items = Array.from({ length: 200 }, () => far(0, { name: randomBytes(100).toString('hex') }));
    const results = await imported({ items, dedup_strategy: 'override' });
    expect(pipeline.dead).toEqual([]);
    expect(new Set(codes(results))).toEqual(new Set(['created']));
    expect(new Set(results.slice(1).map(({ dedup_match }) => dedup_match?.geofence_id))).toEqual(
      new Set([results[0]?.geofence_id]),
    );
  });
});

describe('the limits', () => {
  test('of the plan is given to the first items, and the others get an error', async () => {
    start({ plan: 'free' }); // 100 geofences
    const { reference } = pipeline.caller.tenant;
    pipeline.database.set('access', { ...quotaKeys.quota(reference, 'geofences'), used: 37, touchedAt: Date.now() });
    const results = await imported({ items: Array.from({ length: 70 }, (_, i) => far(i)) });
    expect(codes(results)).toEqual([...Array(63).fill('created'), ...Array(7).fill('CREATE_FAILED')]);
    expect(new Set(results.slice(63).map(({ error }) => error?.message))).toEqual(
      new Set(['The plan "free" allows 100 geofences, and 100 are in use: remove one, or ask for a larger plan.']),
    );
    expect([fences().length, quotaUsed()]).toEqual([63, 100]);
  });

  test('of the plan with nothing left leads to no geofence', async () => {
    start({ plan: 'free' });
    const { reference } = pipeline.caller.tenant;
    pipeline.database.set('access', { ...quotaKeys.quota(reference, 'geofences'), used: 100, touchedAt: Date.now() });
    const results = await imported({ items: [far(0), far(0), far(1)] });
    expect(codes(results)).toEqual(['CREATE_FAILED', 'CREATE_FAILED', 'CREATE_FAILED']);
    expect(results[1]?.error?.message).toBe(
      'The geofence of item 0, which this item duplicates, could not be created; retry both items',
    );
    expect([fences(), quotaUsed()]).toEqual([[], 100]);
  });

  test('of a cell fail the items that lie in it', async () => {
    start().database.pageRows = 3;
    const { reference } = pipeline.caller.tenant;
    const { id } = await stand({ latitude: 50, longitude: 8, radiusMeters: 1 });
    const around = ladderOf(50, 8);
    const cell = pipeline.database
      .rows('cells')
      .map(({ pk }) => String(pk).slice(8) as Cell)
      .find((each) => around.includes(each));
    const empty = { f: 1, v: 1, g: encodeShape({ kind: 'empty' }), n: 'x', t: 0, y: 0, x: 0, r: 1 };
    for (let i = 0; i < 3; i++)
      pipeline.database.set('cells', { ...empty, ...cellKeys.posting(reference, cell!, `${id}${i}`) });
    const results = await imported({ items: [at(50, 8, { buffer_meters: 1 }), far(1)], dedup_strategy: 'override' });
    expect(codes(results)).toEqual(['CREATE_FAILED', 'created']);
    expect(results[0]?.error?.message).toBe('Too many geofences lie at this place; delete some of them');
    expect([fences().length, quotaUsed()]).toEqual([2, 2]);
  });
});

test('the created object is an ordinary geofence with its address', async () => {
  start().places = { '1 Main St': placeAt(50.123_456_789, 8, '1 Main Street, Town', 0.97) };
  const items = [
    { address: '1 Main St', buffer_meters: 42, tags: ['a', 'b', 'a'] },
    at(51.000_000_04, 9, { address: ' 2  Side\tRoad ', normalized_address: '2 Side Road' }),
    at(52, 9),
  ];
  const results = await imported({ items });
  const shown = await Promise.all(
    results.map(({ geofence_id }) =>
      writeGeofences.open().update(pipeline.caller, geofence_id!, {}, 'patch', undefined),
    ),
  );
  const metadata = { address: '1 Main St', normalizedAddress: '1 Main Street, Town', geocodeConfidence: 0.97 };
  const circle = {
    geometryType: 'Circle',
    status: 'active',
    triggerOn: 'enter',
    cooldownMs: 86_400_000,
    version: 1,
    action: {},
  };
  expect(shown).toMatchObject([
    {
      ...circle,
      name: '1 Main St',
      latitude: 50.123_456_8,
      longitude: 8,
      radiusMeters: 42,
      tags: ['a', 'b'],
      metadata,
    },
    {
      ...circle,
      name: '2 Side Road',
      latitude: 51,
      radiusMeters: 100,
      metadata: { address: ' 2  Side\tRoad ', normalizedAddress: '2 Side Road', geocodeConfidence: null },
    },
    { metadata: { address: 'given', normalizedAddress: null, geocodeConfidence: null } },
  ]);
});

test('a batch of which every row is skipped has no results', async () => {
  start();
  expect(await imported({ items: [far(0, { status: 'skipped' })] })).toEqual([]);
});

test('an item whose failure cannot even be written delays no other, and the worker ends with all of them', async () => {
  const { database } = start();
  const { before } = database;
  let [broken, creations] = [2, 0];
  database.before = async (call) => {
    await before(call);
    const { operation, input } = call;
    const isCreation = operation === 'TransactWriteCommand' && input.TransactItems.length > 3;
    if (isCreation) creations += 1;
    if (isCreation && broken === 2) {
      broken = 1;
      throw fault('ValidationException');
    }
    if (operation === 'PutCommand' && String(input.Item.sk).startsWith('outcome') && broken === 1) {
      broken = 0;
      throw fault('InternalServerError');
    }
    if (isCreation && broken === 0) await wait(700);
  };
  const results = await imported({ items: Array.from({ length: 40 }, (_, i) => far(i)) });
  expect(new Set(codes(results))).toEqual(new Set(['created']));
  expect(fences()).toHaveLength(40);
  expect(creations).toBe(41); // none continues after the end of the worker, beside the next delivery
  expect(quotaUsed()).toBe(41); // that of the first attempt, until the limit is reached
});
