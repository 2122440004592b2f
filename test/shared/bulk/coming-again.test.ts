import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as bulk from '../../../functions/geofences/bulk-create.ts';
import * as status from '../../../functions/geofences/bulk-get.ts';
import type { BulkResult } from '../../../shared/bulk/wire.ts';
import { newId } from '../../../shared/table/ids.ts';
import { invoke } from '../../support/invoke.ts';
import { keyOf, workspaceWith } from '../support/platform.ts';
import { Pipeline, placeAt } from './pipeline.ts';
import type { Kill } from './processes.ts';

/** Repeated requests, requests that do not wait, and the permission to read the state of a batch. */

let pipeline: Pipeline;
beforeEach(() => {
  pipeline = new Pipeline();
  pipeline.places = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i} St`, placeAt(50 + i / 100, 8)]));
});
afterEach(() => pipeline.close());

const items = Array.from({ length: 30 }, (_, i) => ({ address: `${i} St` }));
const fences = () => pipeline.database.rows('main').filter(({ sk }) => sk === 'body');
const ids = (results: readonly BulkResult[] = []) => results.map(({ geofence_id }) => geofence_id);

function dying(kill: Kill): void {
  pipeline.kill = (what) => (what === 'submit' ? kill : undefined);
}

describe('a request that waits and crashed', () => {
  test('at any call, sent again at once, returns the same batch and creates nothing twice', async () => {
    for (let call = 1; ; call += 1) {
      pipeline.close();
      pipeline = new Pipeline();
      pipeline.places = { A: placeAt(50, 8), B: placeAt(51, 8) };
      const given = { items: [{ address: 'A' }, { address: 'B' }, { address: 'A' }] };
      const id = newId(Date.now());
      dying({ call, when: call % 2 ? 'before' : 'after' });
      const first = await pipeline.create(given, id).catch(() => undefined);
      pipeline.kill = () => undefined;
      const again = await pipeline.create(given, id);
      await pipeline.drain();
      expect(
        again.map(({ status: shown }) => shown),
        `call ${call}`,
      ).toEqual(['created', 'created', 'duplicate']);
      expect(
        fences()
          .map((fence) => fence.id)
          .sort(),
        `call ${call}`,
      ).toEqual(ids(again).filter(Boolean).sort());
      if (first) return expect(again).toEqual(first);
    }
  });

  test('long ago, gets the answer that its time was over, and nothing is created', async () => {
    dying({ call: 5, when: 'after' }); // its batch is written, and nothing is sent
    const id = newId(Date.now());
    await expect(pipeline.create({ items }, id)).rejects.toThrow('died');
    pipeline.kill = () => undefined;
    await pipeline.pass(61_000);
    await expect(pipeline.create({ items }, id)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await pipeline.drain();
    expect(fences()).toEqual([]);
  });

  test('sent again with another Prefer is another request, in both directions', async () => {
    const reused = { code: 'IDEMPOTENCY_KEY_REUSED' };
    const [waiting, accepted] = [newId(Date.now()), newId(Date.now())];
    dying({ call: 5, when: 'after' });
    await expect(pipeline.create({ items }, waiting)).rejects.toThrow('died');
    pipeline.kill = () => undefined;
    await expect(pipeline.accept({ items }, waiting)).rejects.toMatchObject(reused);
    await pipeline.accept({ items }, accepted);
    await expect(pipeline.create({ items }, accepted)).rejects.toMatchObject(reused);
    await pipeline.drain();
  });

  test('after its batch was written, gets the outcome', async () => {
    dying({ call: 17, when: 'after' });
    const id = newId(Date.now());
    await expect(pipeline.create({ items }, id)).rejects.toThrow('died');
    await pipeline.drain();
    pipeline.kill = () => undefined;
    await pipeline.pass(61_000);
    expect(ids(await pipeline.create({ items }, id)).sort()).toEqual(
      fences()
        .map((fence) => fence.id)
        .sort(),
    );
    expect(fences()).toHaveLength(30);
  });
});

describe('a request that does not wait', () => {
  test('and crashed before its chunks were sent, sends the missing ones when it is repeated', async () => {
    const id = newId(Date.now());
    dying({ call: 8, when: 'before' }); // budget, items 2, batch, chunks 3: the run itself is not written
    expect(await pipeline.accept({ items }, id)).toBeUndefined();
    expect(pipeline.sent).toEqual([]);
    dying({ call: 12, when: 'after' }); // one chunk of three is sent
    expect(await pipeline.accept({ items }, id)).toBeUndefined();
    await pipeline.drain();
    pipeline.kill = () => undefined;
    await pipeline.accept({ items }, id);
    await pipeline.drain();
    const { status: shown, processed, results } = await pipeline.status(id);
    expect([shown, processed, new Set(ids(results)).size]).toEqual(['completed', 30, 30]);
    expect(fences()).toHaveLength(30);
  });

  test('that is repeated after its end changes nothing and gets the results', async () => {
    const id = newId(Date.now());
    await pipeline.accept({ items }, id);
    await pipeline.drain();
    const calls = pipeline.sent.length;
    const again = await pipeline.accept({ items }, id);
    await pipeline.drain();
    expect(ids(again)).toEqual(ids((await pipeline.status(id)).results));
    expect(pipeline.sent).toHaveLength(calls); // the queue recognises its name
    await pipeline.pass(6 * 60_000);
    await pipeline.accept({ items }, id);
    await pipeline.drain();
    expect(pipeline.sent).toHaveLength(calls + 1);
    expect(fences()).toHaveLength(30);
  });
});

describe('what became of a batch', () => {
  test('can be read while it proceeds', async () => {
    const id = newId(Date.now());
    pipeline.delayMilliseconds = (what) => (what === 'decide' ? 10_000 : 0);
    expect(await pipeline.accept({ items: [...items, { address: 'nowhere' }] }, id)).toEqual([]);
    expect(await pipeline.status(id)).toEqual({
      batch_id: id,
      status: 'processing',
      processed: 0,
      total: 31,
      results: [],
    });
    const seen = new Set<number>();
    let shown = await pipeline.status(id);
    pipeline.database.between = async () => await new Promise((resolve) => setTimeout(resolve, 5));
    while (shown.status === 'processing') {
      expect(shown.processed).toBe(shown.results.length);
      expect(shown.results.map(({ index }) => index)).toEqual(
        shown.results.map(({ index }) => index).sort((a, b) => a - b),
      );
      seen.add(shown.processed);
      await pipeline.pass(10);
      shown = await pipeline.status(id);
    }
    expect(seen.size).toBeGreaterThan(2);
    expect(shown).toMatchObject({ status: 'completed', processed: 31, total: 31 });
  });

  test('that was refused is shown with the same refusal', async () => {
    const id = newId(Date.now());
    await pipeline.accept(
      { items: [{ address: 'nowhere' }, { address: '1 St' }, { address: '1 St' }], dedup_strategy: 'fail' },
      id,
    );
    expect((await pipeline.status(id)).results).toEqual([]);
    await pipeline.drain();
    const shown = await pipeline.status(id);
    expect(shown).toMatchObject({ status: 'aborted', error_code: 'DUPLICATE_GEOFENCE', processed: 2, total: 3 });
    expect(shown.results.map(({ index }) => index)).toEqual([0, 2]);
  });

  test('is kept for seven days', async () => {
    const id = newId(Date.now());
    await pipeline.accept({ items }, id);
    await pipeline.drain();
    await pipeline.pass(7 * 86_400_000 - 60_000);
    expect((await pipeline.status(id)).status).toBe('completed');
    await pipeline.pass(60_000);
    await expect(pipeline.status(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('cannot be read from another workspace, nor if a request waited for it', async () => {
    const [id, waited] = [newId(Date.now()), newId(Date.now())];
    await pipeline.accept({ items }, id);
    await pipeline.create({ items }, waited);
    await expect(pipeline.status(id, pipeline.other(2))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(pipeline.status(waited)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(pipeline.status(newId(Date.now()))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('by the front door', () => {
  const call = async (key: string, body: object, headers = {}) =>
    await pipeline.until(invoke(bulk, { key, body, headers }));

  test('201 returns the results, and a retry with its key returns the same ones', async () => {
    const key = await keyOf(await workspaceWith());
    const once = { 'idempotency-key': 'k' };
    const first = await call(key, { items }, once);
    expect(first).toMatchObject({ status: 201, body: { results: { length: 30 } } });
    expect((await call(key, { items }, once)).body).toEqual(first.body);
    expect(fences()).toHaveLength(30);
    expect((await call(key, { items })).body.results[0]).toMatchObject({ index: 0, status: 'duplicate' });
  });

  test('409 names the duplicate', async () => {
    const key = await keyOf(await workspaceWith());
    const answer = await call(key, { items: [items[0], items[0]], dedup_strategy: 'fail' });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        detail: 'Duplicate geofence at index 1',
        error_code: 'DUPLICATE_GEOFENCE',
        details: { results: [{ index: 1, status: 'duplicate', dedup_match: { geofence_id: null, item_index: 0 } }] },
      },
    });
  });

  test('202 says where to look', async () => {
    const key = await keyOf(await workspaceWith());
    const { status: code, headers, body } = await call(key, { items }, { prefer: 'respond-async' });
    expect([code, headers['Preference-Applied'], headers.Location]).toEqual([202, 'respond-async', body.status_url]);
    expect(body.status_url).toMatch(new RegExp(`/api/v1/geofences/bulk/${body.batch_id}$`));
    await pipeline.drain();
    const look = async (by: string, batch_id: string) =>
      await pipeline.until(invoke(status, { key: by, params: { batch_id } }));
    expect(await look(key, body.batch_id)).toMatchObject({ status: 200, body: { status: 'completed', processed: 30 } });
    const stranger = await keyOf(await workspaceWith());
    expect((await look(stranger, body.batch_id)).status).toBe(404);
    expect((await look(key, 'no-such')).status).toBe(404);
  });

  test('503 and 504 say that nothing was created', async () => {
    const key = await keyOf(await workspaceWith());
    pipeline.delayMilliseconds = (what) => (what === 'decide' ? 30_000 : 0);
    expect(await call(key, { items })).toMatchObject({ status: 503, body: { error_code: 'SERVICE_UNAVAILABLE' } });
    await pipeline.drain();
    pipeline.delayMilliseconds = (what) => (what === 'geocode' ? 30_000 : 0);
    const failing = await call(key, { items, dedup_strategy: 'fail' });
    expect(failing).toMatchObject({ status: 504, body: { error_code: 'TIMEOUT' } });
    await pipeline.drain();
    expect(fences()).toEqual([]);
  });
});
