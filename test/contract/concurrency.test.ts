import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Invoked } from '../support/invoke.ts';
import { newWorld, type World } from './world.ts';

/** Versions: `ETag`, `If-None-Match`, `If-Match`. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const get = (id: string, headers = {}): Promise<Invoked> => world.call('geofences/get', { params: { id }, headers });
const patch = (id: string, body: object, headers = {}) =>
  world.call('geofences/patch', { params: { id }, body, headers });

test('a version starts at 1, rises by 1 with each change, and stays where nothing changes', async () => {
  const { id, version } = await world.fence();
  expect(version).toBe(1);
  const versions: unknown[] = [];
  for (const name of ['a', 'b', 'b', 'c']) {
    const { body, headers } = await patch(id, { name });
    versions.push([body.version, headers.ETag]);
  }
  expect(versions).toEqual([
    [2, '"v2"'],
    [3, '"v3"'],
    [3, '"v3"'],
    [4, '"v4"'],
  ]);
});

test('updatedAt moves with the version, createdAt never', async () => {
  const before = await world.fence();
  const { body } = await patch(before.id, { description: 'new' });
  expect(body.createdAt).toBe(before.createdAt);
  expect(Date.parse(body.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
  expect((await get(before.id)).body).toEqual(body);
});

describe('If-None-Match', () => {
  test.each(['"v1"', 'W/"v1"', '*', '"v9", "v1"', '"v9",W/"v1"', 'v1'])('%s is 304 without a body', async (tag) => {
    const { id } = await world.fence();
    const { status, headers, body } = await get(id, { 'if-none-match': tag });
    expect([status, body]).toEqual([304, undefined]);
    expect(headers).toMatchObject({ ETag: '"v1"', 'Cache-Control': 'private, no-store' });
    expect(headers['Content-Type']).toBeUndefined();
  });

  test.each(['"v2"', 'v2', '"V1"', '"other"', 'latest', ''])('%s is the whole answer', async (tag) => {
    const { id } = await world.fence();
    expect((await get(id, { 'if-none-match': tag })).status).toBe(200);
  });
});

const writers: Record<string, (id: string, headers: Record<string, string>) => Promise<Invoked>> = {
  'PATCH /geofences/{id}': (id, headers) => patch(id, { name: 'Written' }, headers),
  'PUT /geofences/{id}': (id, headers) =>
    world.call('geofences/replace', { params: { id }, body: { name: 'Written', latitude: 1, longitude: 1 }, headers }),
  'PUT /geofences': (id, headers) => world.call('geofences/update', { body: { id, name: 'Written' }, headers }),
  'DELETE /geofences/{id}': (id, headers) => world.call('geofences/delete', { params: { id }, headers }),
  'DELETE /geofences?id=': (id, headers) => world.call('geofences/delete-by-query', { query: `id=${id}`, headers }),
};

describe.each(Object.entries(writers))('If-Match on %s', (_, write) => {
  test.each(['"v1"', 'W/"v1"', '*', '"v7", "v1"', 'v1', '1'])('%s lets the write through', async (tag) => {
    const { id } = await world.fence();
    expect((await write(id, { 'if-match': tag })).status).toBeLessThan(300);
  });

  test.each(['"v2"', 'W/"v2"', '"v7", "v8"', 'v2', '"nonsense"'])('%s is 412 and changes nothing', async (tag) => {
    const before = await world.fence();
    const { status, body } = await write(before.id, { 'if-match': tag });
    expect([status, body.error_code, body.details]).toEqual([412, 'PRECONDITION_FAILED', { current_version: 1 }]);
    expect((await get(before.id)).body).toEqual(before);
  });

  test.each(['latest', '"v1', 'v1 v2', ''])('%s is 400, whether the object is there or not', async (tag) => {
    const before = await world.fence();
    for (const id of [before.id, randomUUID()]) {
      const { status, body } = await write(id, { 'if-match': tag });
      expect([status, body.error_code, body.detail[0].loc]).toEqual([400, 'VALIDATION_ERROR', ['header', 'If-Match']]);
    }
    expect((await get(before.id)).body).toEqual(before);
  });
});

test('of two writers with the same If-Match, one wins', async () => {
  const { id } = await world.fence();
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => patch(id, { name }, { 'if-match': '"v1"' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  expect((await get(id)).body).toEqual(answers.find(({ status }) => status === 200)?.body);
});
