import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Geocode, missed, postponed } from '../../../shared/geocoding/geocode.ts';
import { chunkSize } from '../../../shared/geocoding/run.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { seededRandom } from '../geo/support/random.ts';
import { Pipeline, placeAt } from './pipeline.ts';

/** A preview shows what will be created, and the creation then does exactly that. */

let pipeline: Pipeline;
beforeEach(() => {
  pipeline = new Pipeline();
});
afterEach(() => pipeline.close());

const away = postponed('unavailable');
const nothing = { normalized_address: null, lat: null, lng: null, confidence: null, dedup_match: null };

function written(): object {
  const { database } = pipeline;
  const lasting = database.rows('main').filter(({ pk }) => !String(pk).includes('#geocoding'));
  const counts = ({ pk }: { pk?: unknown }) => String(pk).includes('#addresses#');
  const access = database.rows('access').filter((row) => !counts(row));
  return { lasting, cells: database.rows('cells'), access };
}

test('each row shows its place, or why it is unknown, and what it duplicates', async () => {
  const { id } = await writeGeofences
    .open()
    .create(
      pipeline.caller,
      { name: 'Old', latitude: 50, longitude: 8, radiusMeters: 300, status: 'inactive' },
      unrecorded,
    );
  pipeline.places = {
    A: placeAt(50.001, 8, 'A Street', 0.97),
    B: placeAt(51, 8, 'B Street', 0.8),
    C: missed('add the city'),
    D: postponed('throttled'),
  };
  const before = written();
  const point = { lat: 51.000_000_01, lng: 8 };
  const { items, ...counts } = await pipeline.preview({
    items: [
      { address: 'A', tags: ['x'] },
      { address: 'skipped', status: 'skipped' },
      { address: 'B', name: 'Bee' },
      { address: 'given', ...point, normalized_address: 'Given Street' },
      { address: 'C' },
      { address: 'D' },
      { address: 'B', tags: ['!'] },
    ],
    dedup_strategy: 'fail',
  });
  const found = { error_reason: null, error_code: null, tags: [] };
  const old = { geofence_id: id, name: 'Old', distance_meters: 111.2 };
  const bee = { geofence_id: null, name: 'Bee', distance_meters: 0, item_index: 2 };
  const given = { lat: 51, lng: 8, normalized_address: 'Given Street', confidence: null };
  expect(items.slice(0, 3)).toEqual([
    {
      ...found,
      index: 0,
      input_address: 'A',
      status: 'dedup',
      normalized_address: 'A Street',
      lat: 50.001,
      lng: 8,
      confidence: 0.97,
      dedup_match: old,
      tags: ['x'],
    },
    {
      ...found,
      index: 2,
      input_address: 'B',
      status: 'ok',
      normalized_address: 'B Street',
      lat: 51,
      lng: 8,
      confidence: 0.8,
      dedup_match: null,
    },
    { ...found, index: 3, input_address: 'given', status: 'dedup', ...given, dedup_match: bee },
  ]);
  const failed = { ...nothing, status: 'error', tags: [] };
  expect(items.slice(3)).toMatchObject([
    { ...failed, index: 4, error_code: 'GEOCODE_FAILED', error_reason: 'Could not geocode address: add the city' },
    { ...failed, index: 5, error_code: 'GEOCODER_RATE_LIMIT', error_reason: expect.stringMatching(/^Retry/) },
    { ...failed, index: 6, error_code: 'INVALID_TAGS', error_reason: expect.stringMatching(/^Tag "!"/) },
  ]);
  expect(counts).toEqual({ total: 6, ok_count: 1, dedup_count: 2, error_count: 3 });
  await pipeline.drain();
  expect(written()).toEqual(before);
});

describe('the geocoder', () => {
  const items = Array.from({ length: 30 }, (_, i) => ({ address: `${i} St` }));
  const known = (answer: Geocode) => Object.fromEntries(items.map(({ address }) => [address, answer]));

  test('that is unavailable for all items is reported as such', async () => {
    pipeline.places = known(away);
    await expect(pipeline.preview({ items })).rejects.toMatchObject({
      code: 'GEOCODER_UNAVAILABLE',
      retryAfterSeconds: 60,
    });
  });

  test.each([
    ['found', placeAt(50, 8), 'ok'],
    ['missed', missed(), 'error'],
  ])('that is unavailable for some items is not: one was %s', async (_, answer, status) => {
    pipeline.places = { ...known(away), '29 St': answer };
    const { items: rows } = await pipeline.preview({ items });
    expect(rows[29]?.status).toBe(status);
    expect(rows.slice(0, 29).every(({ error_code }) => error_code === 'GEOCODER_RATE_LIMIT')).toBe(true);
  });

  test('is not used for points that are given', async () => {
    pipeline.places = { A: away };
    const { ok_count } = await pipeline.preview({ items: [{ address: 'A', lat: 1, lng: 2 }] });
    expect([ok_count, pipeline.sent]).toEqual([1, []]);
  });

  test('that is too slow leaves rows to be tried again, in time', async () => {
    pipeline.places = known(placeAt(50, 8));
    pipeline.delayMilliseconds = (_, { chunk }) => (chunk === 0 ? 40_000 : 0);
    const from = Date.now();
    const { items: rows, error_count } = await pipeline.preview({ items });
    expect(Date.now() - from).toBeLessThan(15_000);
    expect(error_count).toBe(chunkSize);
    expect(rows.slice(0, chunkSize).every(({ error_code }) => error_code === 'GEOCODER_RATE_LIMIT')).toBe(true);
    expect(rows[chunkSize]?.status).toBe('ok');
  });
});

test('rows that are sent to be created have the outcome that the preview showed', async () => {
  const town = Array.from({ length: 8 }, (_, i) => [50 + i * i * 0.000_31, 8 + i * 0.000_7] as const);
  const item = fc.record({
    at: fc.integer({ min: 0, max: town.length }),
    given: fc.boolean(),
    buffer_meters: fc.constantFrom(50, 200, 600),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(item, { minLength: 1, maxLength: 12 }), async (seed, drawn) => {
      pipeline.close();
      pipeline = new Pipeline({ seed });
      pipeline.places = Object.fromEntries(town.map(([lat, lng], i) => [`${i} St`, placeAt(lat, lng, `${i} Street`)]));
      const random = seededRandom(seed);
      for (const [latitude, longitude] of town.filter(() => random() < 0.2)) {
        await writeGeofences
          .open()
          .create(pipeline.caller, { name: 'S', latitude, longitude, radiusMeters: 80 }, unrecorded);
      }
      const items = drawn.map(({ at, given, buffer_meters }) => ({
        address: `${at} St`,
        buffer_meters,
        ...(given && town[at] ? { lat: town[at][0], lng: town[at][1] } : {}),
      }));
      const { items: rows } = await pipeline.preview({ items });
      pipeline.places = {}; // an item that is not committed by its point would now be lost
      const committed = rows.map(({ index, input_address: address, status, lat, lng, normalized_address, tags }) => ({
        ...{ index, address, status, lat, lng, normalized_address, tags },
        buffer_meters: items[index]!.buffer_meters,
      }));
      const results = await pipeline.create({ items: committed });
      const words = { ok: 'created', dedup: 'duplicate', error: 'error' };
      expect(results.map(({ status }) => status)).toEqual(rows.map(({ status }) => words[status]));
      for (const [i, { dedup_match: shown, error_code }] of rows.entries()) {
        const { dedup_match: came, error_code: code } = results[i]!;
        const id = shown?.item_index === undefined ? shown?.geofence_id : results[shown.item_index]?.geofence_id;
        expect([came?.geofence_id, came?.distance_meters, code]).toEqual([
          id,
          shown?.distance_meters,
          error_code ?? undefined,
        ]);
      }
    }),
    { numRuns: 40 },
  );
});
