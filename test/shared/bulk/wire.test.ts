import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as bulk from '../../../functions/geofences/bulk-create.ts';
import { itemsOf } from '../../../shared/bulk/item.ts';
import { BulkCreateRequest } from '../../../shared/bulk/wire.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { invoke } from '../../support/invoke.ts';
import { catchOutput, keyOf, workspaceWith } from '../support/platform.ts';

/** The fields of a batch, and the items that result from them. */

const itemOf = (item: object) => itemsOf(BulkCreateRequest.parse({ items: [item] }).items)[0]!;
const A = { address: '1 Main St' };

describe('an item', () => {
  test('has defaults', () => {
    expect(itemOf(A)).toEqual({ index: 0, ...A, name: '1 Main St', bufferMeters: 100, tags: [], override: false });
  });

  test('takes null for absent', () => {
    const names = 'name buffer_meters tags index status lat lng normalized_address override_dedup'.split(' ');
    const nothing = Object.fromEntries(names.map((name) => [name, null]));
    expect(itemOf({ ...A, ...nothing })).toEqual(itemOf(A));
  });

  test.each([
    ['  1   Main\t\n St\u00a0 ', '1 Main St'],
    ['x'.repeat(300), 'x'.repeat(255)],
    [`${'x'.repeat(255)}😀`, 'x'.repeat(255)],
    [`${'x'.repeat(254)}😀😀`, `${'x'.repeat(254)}😀`],
    ['😀'.repeat(300), '😀'.repeat(255)],
    [`${' '.repeat(200)}${'y '.repeat(150)}`, 'y '.repeat(128).trim()],
  ])('is named by its address', (address, name) => {
    expect(itemOf({ address }).name).toBe(name);
    for (const blank of ['', '   ', null]) expect(itemOf({ address, name: blank }).name).toBe(name);
  });

  test('keeps the name and the address as they were given', () => {
    expect(itemOf({ address: ' A ', name: ' B ' })).toMatchObject({ address: ' A ', name: ' B ' });
  });

  test('has the given place, and then the given name', () => {
    const point = { latitude: 0, longitude: 180 };
    expect(itemOf({ ...A, lat: 0, lng: 180 }).point).toEqual({ ...point, label: null });
    expect(itemOf({ ...A, lat: 0, lng: 180, normalized_address: 'B' }).point).toEqual({ ...point, label: 'B' });
    expect(itemOf({ ...A, normalized_address: 'B' }).point).toBeUndefined();
  });

  test('keeps its place where others are skipped', () => {
    const items = [{ ...A, status: 'skipped' }, { ...A, index: 7, status: 'dedup' }, { ...A, status: 'skipped' }, A];
    expect(itemsOf(BulkCreateRequest.parse({ items }).items).map(({ index }) => index)).toEqual([1, 3]);
  });

  test.each([
    [Array(21).fill('a'), 'An item has at most 20 tags; this one has 21'],
    [['ok', 'x'.repeat(65)], `Tag "${'x'.repeat(65)}": should be 1 to 64 letters`],
    [['!'], 'Tag "!": should be 1 to 64 letters'],
    [[''], 'Tag "": should be 1 to 64 letters'],
    [[' a'], 'Tag " a": should be 1 to 64 letters'],
    [['y'.repeat(5000)], `Tag "${'y'.repeat(80)}": should`],
    [[`${'z'.repeat(79)}😀😀`], `Tag "${'z'.repeat(79)}😀": should`],
  ])('says what is wrong with its tags', (tags, fault) => {
    const { tagFault, tags: kept } = itemOf({ ...A, tags });
    expect(tagFault?.slice(0, fault.length)).toBe(fault);
    expect(kept).toEqual([]);
  });

  test('takes the same tags as a geofence', () => {
    const tags = ['customer:acme', 'tier gold', 'a_b-c.d:e/f@g+h', 'Ünïcode', '1', 'x'.repeat(64)];
    expect(itemOf({ ...A, tags })).toMatchObject({ tags });
    expect(itemOf({ ...A, tags })).not.toHaveProperty('tagFault');
    expect(itemOf({ ...A, tags: Array(20).fill('a') })).not.toHaveProperty('tagFault');
  });
});

describe('a batch is refused with 422', () => {
  let key: string;
  let database: DynamoDbFake;

  beforeEach(async () => {
    database = new DynamoDbFake();
    catchOutput();
    key = await keyOf(await workspaceWith({ plan: 'pro' }));
  });
  afterEach(() => {
    database.restore();
    vi.restoreAllMocks();
  });

  const refused = async (body: unknown) => {
    const answer = await invoke(bulk, { key, body });
    expect(answer).toMatchObject({ status: 422, body: { error_code: 'VALIDATION_ERROR' } });
    expect(database.rows('main').filter(({ pk }) => /batch|geocoding/.test(String(pk)))).toEqual([]);
    return answer.body.detail;
  };

  test.each([
    ['no address', {}, 'address', 'missing'],
    ['a blank address', { address: ' \t ' }, 'address', 'too_short'],
    ['an empty address', { address: '' }, 'address', 'too_short'],
    ['no text as address', { address: null }, 'address', 'missing'],
    ['an address that is too long', { address: 'x'.repeat(501) }, 'address', 'too_long'],
    ['a name that is too long', { ...A, name: 'x'.repeat(256) }, 'name', 'too_long'],
    ['no buffer', { ...A, buffer_meters: 0 }, 'buffer_meters', 'too_small'],
    ['a large buffer', { ...A, buffer_meters: 10_001 }, 'buffer_meters', 'too_large'],
    ['half a metre', { ...A, buffer_meters: 1.5 }, 'buffer_meters', 'type_error'],
    ['one tag', { ...A, tags: 'a' }, 'tags', 'type_error'],
    ['a latitude alone', { ...A, lat: 1 }, 'lng', 'missing'],
    ['a longitude alone', { ...A, lng: 1, lat: null }, 'lat', 'missing'],
    ['a point nowhere', { ...A, lat: 90.1, lng: 0 }, 'lat', 'too_large'],
    ['a point beyond', { ...A, lat: 0, lng: -180.1 }, 'lng', 'too_small'],
    ['another status', { ...A, status: 'created' }, 'status', 'enum'],
    ['a long label', { ...A, normalized_address: 'x'.repeat(501) }, 'normalized_address', 'too_long'],
    ['words for yes', { ...A, override_dedup: 'yes' }, 'override_dedup', 'type_error'],
  ])('for %s', async (_, item, field, type) => {
    const fields = await refused({ items: [A, item] });
    expect(fields).toMatchObject([{ type, loc: ['body', 'items', 1, field] }]);
  });

  test.each([
    [{ items: [] }, ['items'], 'too_short'],
    [{}, ['items'], 'missing'],
    [{ items: [A], dedup_strategy: 'merge' }, ['dedup_strategy'], 'enum'],
    [{ items: null }, ['items'], 'missing'],
    [{ items: [A, 'x'] }, ['items', 1], 'type_error'],
    [{ items: [{ ...A, tags: ['a', 1] }] }, ['items', 0, 'tags', 1], 'type_error'],
  ])('for %j', async (body, path, type) => {
    expect(await refused(body)).toMatchObject([{ type, loc: ['body', ...path] }]);
  });

  test('for fields that nobody knows, by name and with the one that was meant', async () => {
    const fields = await refused({ items: [{ ...A, bufer_meters: 5 }], dedup_stratgy: 'skip' });
    expect(fields).toMatchObject([
      {
        type: 'unknown_field',
        loc: ['body', 'items', 0, 'bufer_meters'],
        msg: expect.stringContaining('buffer_meters'),
      },
      { type: 'unknown_field', loc: ['body', 'dedup_stratgy'], msg: expect.stringContaining('dedup_strategy') },
    ]);
  });

  test('the ends of the ranges are in them', () => {
    const ends = [
      { address: 'x'.repeat(500), name: 'x'.repeat(255), buffer_meters: 1, lat: -90, lng: -180 },
      { ...A, buffer_meters: 10_000, lat: 90, lng: 180, normalized_address: 'x'.repeat(500) },
    ];
    expect(BulkCreateRequest.safeParse({ items: ends }).success).toBe(true);
  });
});
