import { beforeAll, describe, expect, test } from 'vitest';
import { isListAnswer } from '../../shared/http/answer.ts';
import { expectDocumented } from '../support/answers.ts';
import { addressed, type EndpointName, endpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { newWorld, type World } from './world.ts';

/** Every list pages in the same way. */

const lists = addressed.filter(({ route }) => Object.values(route.success).some(isListAnswer));

let world: World;
beforeAll(async () => {
  world = await newWorld();
  for (let i = 1; i <= 5; i++) {
    await world.fence({ name: `Fence ${i}` });
    await world.anotherKey({ scopes: ['geofences:read'] });
  }
});

async function list(name: EndpointName, query: string, invocation = {}): Promise<Invoked> {
  const answer = await world.call(name, { query, ...invocation });
  expectDocumented(endpoint(name).route, answer);
  return answer;
}

const cursorOf = ({ body }: Invoked): string | null => ('nextCursor' in body ? body.nextCursor : body.next_cursor);
const ids = ({ body }: Invoked): string[] => body.data.map((row: { id: string }) => row.id);
const nextQuery = ({ headers }: Invoked) => /^<[^?]+\?([^>]+)>; rel="next"$/.exec(headers.Link ?? '')?.[1];

describe.each(lists)('$name', ({ name, route }) => {
  const invalid = route.invalid ?? 422;

  async function refused(query: string, code: string): Promise<Invoked['body']> {
    const answer = await list(name, query);
    expect([answer.status, answer.body.error_code], query).toEqual([invalid, code]);
    return answer.body;
  }

  test('is newest first, whole by default, with its total in body and header', async () => {
    const all = await list(name, '');
    expect(all.body).toMatchObject({ offset: 0, limit: 50, total: all.body.data.length });
    expect(all.headers['X-Total-Count']).toBe(String(all.body.total));
    expect(cursorOf(all)).toBeNull();
    expect(all.headers.Link).toBeUndefined();
    expect(ids(all)).toEqual(ids(all).sort().reverse());
  });

  test('by cursor to the end: every row once, no total', async () => {
    const all = ids(await list(name, ''));
    const seen: string[] = [];
    let query = 'limit=2';
    for (let page = 1; ; page++) {
      const answer = await list(name, query);
      seen.push(...ids(answer));
      expect(answer.body.total === null, `total of page ${page}`).toBe(page > 1);
      expect(answer.headers['X-Total-Count'] === undefined).toBe(page > 1);
      if (page > 1) expect(answer.body.offset).toBeNull();
      if (cursorOf(answer) === null) break;
      query = `limit=2&cursor=${cursorOf(answer)}`;
    }
    expect(seen).toEqual(all);
  });

  test('by Link to the end: every row once', async () => {
    const all = ids(await list(name, ''));
    const seen: string[] = [];
    let query: string | undefined = 'limit=2';
    while (query !== undefined) {
      const answer = await list(name, query);
      seen.push(...ids(answer));
      query = nextQuery(answer);
    }
    expect(seen).toEqual(all);
  });

  test('an offset past the end is an empty page', async () => {
    expect((await list(name, 'offset=10000')).body).toMatchObject({ data: [], offset: 10_000 });
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=ten',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'limit=9999999999999999',
  ])('refuses %s', async (query) => {
    const { detail } = await refused(query, 'VALIDATION_ERROR');
    expect(detail[0].loc).toEqual(['query', 'limit']);
  });

  test.each(['offset=-1', 'offset=x', 'offset=1.5', 'offset=1&offset=2'])('refuses %s', async (query) => {
    expect((await refused(query, 'VALIDATION_ERROR')).detail[0].loc).toEqual(['query', 'offset']);
  });

  test('refuses an offset above 10000 by its own code', async () => {
    expect((await refused('offset=10001', 'OFFSET_TOO_LARGE')).details).toEqual({ max_offset: 10_000 });
  });

  test('refuses a cursor beside an offset', async () => {
    const cursor = cursorOf(await list(name, 'limit=1'));
    const { detail } = await refused(`offset=1&cursor=${cursor}`, 'VALIDATION_ERROR');
    expect(detail).toEqual([{ type: 'conflict', loc: ['query', 'cursor'], msg: expect.any(String) }]);
  });

  test.each([
    ['nonsense', 'x'],
    ['empty', ''],
    ['JSON of another form', Buffer.from('{"a":1}').toString('base64url')],
    ['unbound', Buffer.from(JSON.stringify(['zzz', Date.now() + 1000, 'forged'])).toString('base64url')],
    ['very long', 'A'.repeat(6000)],
    ['given twice', 'a&cursor=b'],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    const answer = await list(name, `cursor=${cursor}`);
    expect([answer.status, answer.body.error_code]).toEqual([
      invalid,
      expect.stringMatching(/^CURSOR_INVALID|VALIDATION_ERROR$/),
    ]);
  });

  test('refuses a cursor of other filters, of another list and of another tenant', async () => {
    const cursor = cursorOf(await list(name, 'limit=1'));
    await refused(`cursor=${cursor}&status=active`, 'CURSOR_INVALID');
    const others = await newWorld();
    const answer = await list(name, `cursor=${cursor}`, { key: others.key });
    expect(answer.body.error_code).toBe('CURSOR_INVALID');
    for (const other of lists.filter((one) => one.name !== name)) {
      expect((await list(other.name, `cursor=${cursor}`)).body.error_code).toBe('CURSOR_INVALID');
    }
  });

  test('refuses a cursor whose day is over', async () => {
    const cursor = cursorOf(await list(name, 'limit=1'));
    const [after, expires, bound] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString());
    expect(expires - Date.now()).toBeGreaterThan(86_300_000);
    for (const changed of [
      [after, Date.now() - 1, bound],
      [after, expires + 1, bound],
      [`${after}0`, expires, bound],
    ]) {
      await refused(`cursor=${Buffer.from(JSON.stringify(changed)).toString('base64url')}`, 'CURSOR_INVALID');
    }
  });
});

test('geofences filter by status, tags, group and externalId, and the total follows', async () => {
  const filtered = await newWorld();
  await filtered.fence({ name: 'a', tags: ['x', 'y'], groupName: 'one', externalId: 'e-1' });
  await filtered.fence({ name: 'b', tags: ['x'], groupName: 'one', status: 'inactive' });
  await filtered.fence({ name: 'c', tags: ['xy'], groupName: 'One' });
  const names = async (query: string) => {
    const { body } = await filtered.call('geofences/list', { query });
    expect(body.total).toBe(body.data.length);
    return body.data.map((fence: { name: string }) => fence.name);
  };
  expect(await names('')).toEqual(['c', 'b', 'a']);
  expect(await names('status=active')).toEqual(['c', 'a']);
  expect(await names('status=inactive')).toEqual(['b']);
  expect(await names('tag=x')).toEqual(['b', 'a']);
  expect(await names('tag=x&tag=y')).toEqual(['a']);
  expect(await names('group=one')).toEqual(['b', 'a']);
  expect(await names('group=one&status=active&tag=x')).toEqual(['a']);
  expect(await names('externalId=e-1')).toEqual(['a']);
  expect(await names('externalId=e-1&status=inactive')).toEqual([]);
  expect(await names('externalId=E-1')).toEqual([]);
  expect((await filtered.call('geofences/list', { query: 'limit=1&tag=x' })).body).toMatchObject({
    total: 2,
    limit: 1,
  });
});
