import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { quotaKeys } from '../../shared/table/keys/quota.ts';
import { Table } from '../../shared/table/table.ts';
import { newWorld } from '../contract/world.ts';
import { type ApiAnswer, apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Many writers at once: nothing is lost, nothing is created twice, no limit is exceeded. */

const path = '/api/v1/geofences';
let api: ReturnType<typeof apiClient>;
beforeAll(async () => {
  useDeployedTables();
  api = apiClient(await newKey(await newWorkspace(), { scopes: grantableScopes }));
});

const times = <T>(n: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => work(i)));
const create = async (more = {}) =>
  (await api('POST', path, { name: 'Raced', latitude: 1, longitude: 1, ...more })).body;
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort();

describe('writers of one geofence', () => {
  test('ten that change ten fields all have their change, and the version rises by exactly ten', async () => {
    const { id } = await create();
    const changes = [
      ...[{ name: 'Other' }, { description: 'text' }, { radiusMeters: 777 }, { cooldownMs: 5 }, { action: { a: 1 } }],
      ...[{ tags: ['t'] }, { groupName: 'g' }, { metadata: { m: 1 } }, { externalId: 'e' }, { detectCrossing: true }],
    ];
    const answers = await times(10, (i) => api('PATCH', `${path}/${id}`, changes[i]));
    expect(statuses(answers)).toEqual(changes.map(() => 200));
    const { body } = await api('GET', `${path}/${id}`);
    expect(body).toMatchObject({ ...Object.assign({}, ...changes), version: 11 });
    expect(new Set(answers.map((answer) => answer.body.version)).size).toBe(10);
  });

  test('a counter kept with If-Match counts every increment', async () => {
    const { id } = await create({ metadata: { count: 0 } });
    const increment = async (): Promise<number> => {
      for (let tries = 1; ; tries++) {
        const read = await api('GET', `${path}/${id}`);
        const metadata = { count: read.body.metadata.count + 1 };
        const headers = { 'If-Match': read.headers.get('etag') ?? '' };
        const { status, body } = await api('PATCH', `${path}/${id}`, { metadata }, headers);
        if (status === 200) return tries;
        expect([status, body.error_code]).toEqual([412, 'PRECONDITION_FAILED']);
      }
    };
    await times(6, increment);
    expect((await api('GET', `${path}/${id}`)).body).toMatchObject({ metadata: { count: 6 }, version: 7 });
  });

  test('a deletion beside changes: gone in the end, from the list, the index and the quota of its name', async () => {
    const { id } = await create({ externalId: 'racing', longitude: 77 });
    const answers: ApiAnswer[] = await times(6, (i) =>
      i === 3 ? api('DELETE', `${path}/${id}`) : api('PATCH', `${path}/${id}`, { radiusMeters: 100 + i }),
    );
    for (const { status } of answers) expect([200, 204, 404]).toContain(status);
    expect(answers[3]?.status).toBe(204);
    expect((await api('GET', `${path}/${id}`)).status).toBe(404);
    expect((await api('POST', `${path}/check`, { latitude: 1, longitude: 77 })).body.count).toBe(0);
    expect((await api('GET', `${path}?externalId=racing`)).body.total).toBe(0);
    expect((await create({ externalId: 'racing' })).externalId).toBe('racing');
  });

  test('of several that delete it one does', async () => {
    const { id } = await create();
    expect(statuses(await times(4, () => api('DELETE', `${path}/${id}`)))).toEqual([204, 404, 404, 404]);
  });
});

test('of many creates with one externalId exactly one succeeds; the others get its id', async () => {
  const externalId = randomUUID();
  const answers = await times(8, () => api('POST', path, { name: 'One', latitude: 2, longitude: 2, externalId }));
  const made = answers.filter(({ status }) => status === 201);
  expect(made).toHaveLength(1);
  for (const { status, body } of answers.filter((answer) => answer !== made[0])) {
    expect([status, body.error_code, body.details]).toEqual([409, 'EXTERNAL_ID_EXISTS', { id: made[0]?.body.id }]);
  }
  expect((await api('POST', `${path}/check`, { latitude: 2, longitude: 2 })).body.count).toBe(1);
});

test('of many retries with one Idempotency-Key one is made', async () => {
  const key = { 'Idempotency-Key': randomUUID() };
  const answers = await times(6, () => api('POST', path, { name: 'Once', latitude: 3, longitude: 3 }, key));
  expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
  for (const { status } of answers) expect([201, 409]).toContain(status);
  expect((await api('POST', `${path}/check`, { latitude: 3, longitude: 3 })).body.count).toBe(1);
});

test('the plan "free" holds 100 geofences: 115 racing creates make exactly 100, and a deletion makes room for one', {
  timeout: 120_000,
}, async () => {
  const world = await newWorld('free');
  const keys = await times(3, () => world.anotherKey({ scopes: grantableScopes }));
  const draft = (i: number) => ({ name: `F${i}`, latitude: i / 2, longitude: i, radiusMeters: 50 });
  const made: string[] = [];
  const refusals: unknown[] = [];
  const queue = Array.from({ length: 115 }, (_, i) => i);
  const writer = async (): Promise<void> => {
    for (let i = queue.shift(); i !== undefined; i = queue.shift()) {
      const { status, body } = await world.call('geofences/create', { key: keys[i % 3], body: draft(i) });
      if (status === 201) made.push(body.id);
      else refusals.push([status, body.error_code, body.details]);
    }
  };
  await times(20, writer);
  expect(made).toHaveLength(100);
  const refusal = [403, 'QUOTA_EXCEEDED', { resource: 'geofences', limit: 100, used: 100 }];
  expect(refusals).toEqual(Array.from({ length: 15 }, () => refusal));
  const key = await world.anotherKey({ scopes: grantableScopes });
  expect((await world.call('geofences/list', { key, query: 'limit=1' })).body.total).toBe(100);
  await world.call('geofences/delete', { key, params: { id: made[0]! } });
  const again = await times(3, (i) => world.call('geofences/create', { key, body: draft(i) }));
  expect(statuses(again)).toEqual([201, 403, 403]);
});

test('a refused create reserves no quota', async () => {
  const world = await newWorld('free');
  const used = async () =>
    (await new Table('access').get(quotaKeys.quota(world.workspace.reference, 'geofences')))?.used;
  const { id } = await world.fence({ externalId: 'taken' });
  const circle = { name: 'x', latitude: 1, longitude: 1 };
  for (const more of [{ externalId: 'taken' }, { latitude: 99 }, { action: { run: 1 } }]) {
    expect((await world.call('geofences/create', { body: { ...circle, ...more } })).status).not.toBe(201);
  }
  expect(await used()).toBe(1);
  await world.call('geofences/delete', { params: { id } });
  await world.call('geofences/delete', { params: { id } });
  expect(await used()).toBe(0);
});
