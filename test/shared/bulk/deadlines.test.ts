import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BulkResult } from '../../../shared/bulk/wire.ts';
import { chunkSize } from '../../../shared/geocoding/run.ts';
import { newId } from '../../../shared/table/ids.ts';
import type { Call } from '../../support/dynamodb-fake.ts';
import { isOfOutbox } from '../../support/orders.ts';
import { Pipeline, placeAt, wait } from './pipeline.ts';

/** What is cut short when a caller waits; none of it continues after the response. */

let pipeline: Pipeline;
beforeEach(() => {
  pipeline = new Pipeline();
});
afterEach(() => pipeline.close());

const place = (i: number) => ({ lat: 50 + i / 100, lng: 8 });
const given = (count: number) => Array.from({ length: count }, (_, i) => ({ address: `${i}`, ...place(i) }));
/** The addresses of one chunk, and some more. */
const addresses = (count: number) => {
  const all = Array.from({ length: count }, (_, i) => `${i} Street`);
  pipeline.places = Object.fromEntries(all.map((address, i) => [address, placeAt(place(i).lat, place(i).lng)]));
  return all.map((address) => ({ address }));
};

const fences = () => pipeline.database.rows('main').filter(({ sk }) => sk === 'body');
const quotaUsed = () => Number(pipeline.database.rows('access').find(({ used }) => used !== undefined)?.used ?? 0);
const ends = () =>
  pipeline.database.rows('main').filter((row) => isOfOutbox(row) && row.action === 'geofence.bulk_completed');
const codes = (results: readonly BulkResult[]) => results.map(({ status, error_code }) => error_code ?? status);

/** The result or the error, and after how many seconds. */
async function timed<T>(what: Promise<T>): Promise<{ value?: T; error?: unknown; seconds: number }> {
  const from = Date.now();
  const outcome = await what.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { ...outcome, seconds: (Date.now() - from) / 1000 };
}

/** Delays each call of the database by a time of its own. */
function slow(when: 'before' | 'after', secondsOf: (call: Call) => number): void {
  const act = pipeline.database[when];
  pipeline.database[when] = async (call) => {
    const seconds = secondsOf(call);
    if (seconds > 0) await wait(seconds * 1000);
    await act(call);
  };
}

/** The end of a batch becomes visible item by item in this time; meanwhile each other write to the batch is refused. */
function slowEnd(milliseconds: number): void {
  let each = 0;
  pipeline.database.watch = ({ changes, phase }) => {
    const isEnd = phase === 'accepted' && changes.some(({ after }) => after?.action === 'geofence.bulk_completed');
    each = isEnd ? milliseconds / changes.length : 0;
  };
  pipeline.database.between = async () => {
    if (each > 0) await wait(each);
  };
}

const isCreation = ({ operation, input }: Call) =>
  operation === 'TransactWriteCommand' && input.TransactItems.length > 3;
const isDecision = ({ operation, input }: Call) => operation === 'QueryCommand' && input.TableName === 'cells';

describe('addresses that are not geocoded by 14 seconds', () => {
  test('are to be tried again, and the others are created', async () => {
    const items = addresses(chunkSize + 5);
    pipeline.delayMilliseconds = (what, { chunk }) => (what === 'geocode' && chunk === 1 ? 40_000 : 0);
    const { value = [], seconds } = await timed(pipeline.create({ items }));
    expect(codes(value)).toEqual([...Array(chunkSize).fill('created'), ...Array(5).fill('GEOCODER_RATE_LIMIT')]);
    expect(value.at(-1)?.error?.message).toMatch(/^Retry in a minute/);
    expect(seconds).toBeGreaterThanOrEqual(14);
    expect(seconds).toBeLessThan(15);
    await pipeline.drain();
    expect([fences().length, ends().length, quotaUsed()]).toEqual([chunkSize, 1, chunkSize]);
  });

  test('are abandoned by the geocoder itself in time', async () => {
    const items = addresses(chunkSize + 5);
    pipeline.thinkMilliseconds = ([first]) => (first === '0 Street' ? 60_000 : 0);
    const { value = [], seconds } = await timed(pipeline.create({ items }));
    expect(codes(value)).toEqual([...Array(chunkSize).fill('GEOCODER_RATE_LIMIT'), ...Array(5).fill('created')]);
    expect(seconds).toBeLessThan(15);
  });

  test.each(['delivered', 'answered'])('under fail, not %s, refuse the batch', async (missing) => {
    const items = addresses(chunkSize + 5);
    if (missing === 'delivered') pipeline.delayMilliseconds = (what) => (what === 'geocode' ? 40_000 : 0);
    else pipeline.thinkMilliseconds = () => 60_000;
    const { error, seconds } = await timed(pipeline.create({ items, dedup_strategy: 'fail' }));
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(seconds).toBeLessThan(15);
    await pipeline.drain();
    expect([fences(), pipeline.database.rows('cells'), ends(), quotaUsed()]).toEqual([[], [], [], 0]);
  });
});

describe('a batch whose decision', () => {
  test('has not begun by 24 seconds is closed, and a later request for it does nothing', async () => {
    pipeline.delayMilliseconds = (what) => (what === 'decide' ? 30_000 : 0);
    const { error, seconds } = await timed(pipeline.create({ items: given(3) }));
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', details: { dependency: 'bulk_queue' } });
    expect(seconds).toBeGreaterThanOrEqual(24);
    expect(seconds).toBeLessThan(25);
    await pipeline.drain();
    expect(pipeline.decided).toHaveLength(1);
    expect([fences(), pipeline.database.rows('cells'), ends(), quotaUsed()]).toEqual([[], [], [], 0]);
  });

  test('is requested late closes itself, though nobody waits any more', async () => {
    pipeline.delayMilliseconds = (what) => (what === 'decide' ? 24_100 : 0);
    pipeline.kill = (what) => (what === 'submit' ? { call: 12, when: 'after' } : undefined);
    const id = newId(Date.now());
    await expect(pipeline.create({ items: given(3) }, id)).rejects.toThrow('died');
    await pipeline.drain();
    expect(pipeline.database.rows('main').find(({ sk }) => sk === 'batch')).toMatchObject({ state: 'closed' });
    expect(fences()).toEqual([]);
  });

  test.each(['skip', 'fail'] as const)('begins in time but ends too late is closed, under %s', async (strategy) => {
    pipeline.delayMilliseconds = (what) => (what === 'decide' ? 23_500 : 0);
    slow('before', (call) => (isDecision(call) ? 6 : 0));
    const items = [...given(2), ...given(1)];
    const { error, seconds } = await timed(pipeline.create({ items, dedup_strategy: strategy }));
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(seconds).toBeLessThan(28);
    await pipeline.drain();
    expect([fences(), ends(), quotaUsed()]).toEqual([[], [], 0]);
  });
});

describe('writing that is not done by 26 seconds', () => {
  test.each(['before', 'after'] as const)('stops there; writes are slow %s they take effect', async (when) => {
    slow(when, (call) => (isCreation(call) ? 3.9 : 0));
    const begun: number[] = [];
    const { before } = pipeline.database;
    pipeline.database.before = async (call) => {
      if (isCreation(call)) begun.push(Date.now());
      await before(call);
    };
    const from = Date.now();
    const { value = [], seconds } = await timed(pipeline.create({ items: given(160) }));
    expect(seconds).toBeLessThan(28);
    expect(value).toHaveLength(160);
    const made = value.flatMap(({ geofence_id }) => geofence_id ?? []);
    const left = value.filter(({ status }) => status === 'error');
    expect(made.length).toBeGreaterThan(50);
    expect(left.length).toBeGreaterThan(20);
    expect(new Set(left.map(({ error }) => error?.message))).toEqual(
      new Set(['Time ran out before this geofence was created; retry this item']),
    );
    await pipeline.drain();
    expect(new Set(fences().map(({ id }) => id))).toEqual(new Set(made));
    expect([ends().length, quotaUsed()]).toEqual([1, made.length]);
    expect(Math.max(...begun) - from).toBeLessThan(26_000);
  });

  test('ends once, though the worker and the waiting request end it at the same moment', async () => {
    slow('before', (call) => (isCreation(call) ? 13.2 : 0)); // the second round ends at 26.4 seconds
    slowEnd(800);
    const { value = [], error, seconds } = await timed(pipeline.create({ items: given(60) }));
    expect(error).toBeUndefined();
    expect(seconds).toBeLessThan(28);
    expect(new Set(codes(value))).toEqual(new Set(['created', 'CREATE_FAILED']));
    await pipeline.drain();
    expect(ends()).toHaveLength(1);
  });
});

test('a refusal that is being written when the time is over is the response', async () => {
  await pipeline.create({ items: given(1) });
  pipeline.delayMilliseconds = (what) => (what === 'decide' ? 23_900 : 0);
  slow('before', (call) => (isDecision(call) ? 2.4 : 0));
  slowEnd(800);
  const { error } = await timed(pipeline.create({ items: given(2), dedup_strategy: 'fail' }));
  expect(error).toMatchObject({ code: 'DUPLICATE_GEOFENCE' });
  await pipeline.drain();
  expect(ends()).toHaveLength(2);
});

test('a batch that nobody waits for has no deadline', async () => {
  const items = addresses(60);
  pipeline.delayMilliseconds = () => 40_000;
  slow('before', (call) => (isCreation(call) ? 16 : 0));
  const id = newId(Date.now());
  await pipeline.accept({ items }, id);
  await pipeline.drain();
  const { status, results } = await pipeline.status(id);
  expect([status, new Set(codes(results)), results.length]).toEqual(['completed', new Set(['created']), 60]);
  expect([fences().length, quotaUsed(), pipeline.dead]).toEqual([60, 60, []]);
});
