import { beforeAll, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { isListAnswer } from '../../shared/http/answer.ts';
import type { Route } from '../../shared/http/route.ts';
import { expectDocumented } from '../support/answers.ts';
import { addressed, type EndpointName, endpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { anEndingCertificate } from './certificate-calls.ts';
import { listedAt, make, newParams, paramsNaming } from './kinds.ts';
import { aVisit } from './location-calls.ts';
import { aDeadLetter } from './webhook-calls.ts';
import { aVersion } from './workflow-makers.ts';
import { allowedTo, newWorld, type World } from './world.ts';

/** Every list pages in the same way. */

const answerOf = (route: Route) => Object.values(route.success).find(isListAnswer);
const lists = addressed.filter(({ route }) => answerOf(route));
/** Nothing can be added to these lists yet. */
const alwaysEmpty = ['billing/list-invoices'];
const filled = lists.filter(({ name }) => !alwaysEmpty.includes(name));

/** Every event is added to these lists. They are read in a workspace of their own, where a page holds all of them. */
const fillsItself = ['audit-logs/list'];

/** How to add an item to lists whose items have no route that creates or reads one. */
const fillers: Partial<Record<EndpointName, (world: World, params: Record<string, string>) => Promise<unknown>>> = {
  'devices/list-events': (world, { id }) => aVisit(world, { device: id }),
  'devices/list-expiring': (world) => anEndingCertificate(world),
  'geofences/list-events': (world, { id }) => aVisit(world, { fence: id }),
  'webhooks/list-dead-letters': aDeadLetter,
  'workflows/list-versions': (world, { id }) => aVersion(world, id!),
};

type Listed = Readonly<Record<string, string>>;
const descending = (field: string) => (a: Listed, b: Listed) => (a[field]! < b[field]! ? 1 : -1);
/** Instants are texts of different lengths: `10:00:00Z`, `10:00:00.001Z`. */
const newest = (field: string) => (a: Listed, b: Listed) => Date.parse(String(b[field])) - Date.parse(String(a[field]));
/** Lists that are not in the order of ids. */
const orders: Partial<Record<EndpointName, (a: Listed, b: Listed) => number>> = {
  'devices/list-certificates': newest('issuedAt'),
  'devices/list-events': newest('occurredAt'),
  'devices/list-expiring': (a, b) => newest('expiresAt')(b, a),
  'geofences/list-events': newest('occurredAt'),
  'workflows/list-versions': descending('version_num'),
};

let world: World;
let quiet: World;
beforeAll(async () => {
  [world, quiet] = [await newWorld(), await newWorld()];
  for (let i = 0; i < 3; i++) await quiet.fence();
  for (const { name, route } of filled) {
    const params = await newParams(world, paramsNaming(route.path));
    places.set(name, params);
    const kind = listedAt(route.path);
    const fill = fillers[name];
    for (let i = 0; fill && i < 3; i++) await fill(world, params);
    if (!kind && !fill && !fillsItself.includes(name))
      throw new Error(`Say in test/contract/kinds.ts, or in entities.ts if it is a plain kind, what ${name} lists`);
    for (let i = 0; kind && i < 3; i++) await make(kind, world, Object.values(params));
  }
});

/** The path parameters of each list. */
const places = new Map<string, Record<string, string>>();

/** Calls with a key, or as a user if no key may call the route. */
const worldOf = (name: EndpointName): World => (fillsItself.includes(name) ? quiet : world);

async function list(name: EndpointName, query: string, of: World = worldOf(name)): Promise<Invoked> {
  const { route } = endpoint(name);
  const params = of === world ? (places.get(name) ?? {}) : await newParams(of, paramsNaming(route.path));
  const answer = await of.call(name, { ...allowedTo(route), params, query });
  expectDocumented(route, answer);
  return answer;
}

const isBare = ({ body }: Invoked) => Array.isArray(body);
const rowsOf = ({ body }: Invoked): { id: string }[] => (Array.isArray(body) ? body : body.data);
const idOf = (row: { readonly id?: string }): string => row.id ?? JSON.stringify(row);
const ids = (answer: Invoked): string[] => rowsOf(answer).map(idOf);
const totalOf = ({ headers }: Invoked) => headers['X-Total-Count'];
const nextQuery = ({ headers }: Invoked) => /^<[^?]+\?([^>]+)>; rel="next"$/.exec(headers.Link ?? '')?.[1];
function cursorOf(answer: Invoked): string | null {
  if (isBare(answer)) return answer.headers['X-Next-Cursor'] ?? null;
  return 'nextCursor' in answer.body ? answer.body.nextCursor : answer.body.next_cursor;
}

const anId = '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11';

/** One filter of each type that the list accepts, with a valid value. */
function filtersOf({ query }: Route): string[] {
  const schema = query as z.ZodObject;
  const names = Object.keys(schema.shape).filter((name) => !['limit', 'offset', 'skip', 'cursor'].includes(name));
  const values = [
    'active',
    'ACTIVE',
    'EMAIL',
    'PENDING',
    'success',
    'workspace',
    'tracker',
    'DEVICE',
    'REPLAYED',
    'POINT_INVALID',
    'MANUAL',
    'DOUBLE',
    'draft',
    'web',
    'viewer',
    'true',
    '7',
    '0,0,1,1',
    '0,0',
    '2026-03-17',
    'enter',
    'manual',
    'running',
    anId,
    'x',
  ];
  return names.map((name) => {
    const value = values.find((one) => schema.safeParse({ [name]: one }).success);
    return `${name}=${value}`;
  });
}

/** The largest page, which holds every row of these tests. */
const largest = 'limit=200';

describe.each(lists)('$name', ({ name, route }) => {
  const invalid = route.invalid ?? 422;

  async function refused(query: string, code: string): Promise<Invoked['body']> {
    const answer = await list(name, query);
    expect([answer.status, answer.body.error_code], query).toEqual([invalid, code]);
    return answer.body;
  }

  test('is newest first, fifty by default, with its total in body and header', async () => {
    const all = await list(name, largest);
    expect(totalOf(all)).toBe(String(rowsOf(all).length));
    if (!isBare(all)) expect(all.body).toMatchObject({ offset: 0, limit: 200, total: rowsOf(all).length });
    const opened = await list(name, '');
    expect(ids(opened)).toEqual(ids(all).slice(0, 50));
    if (!isBare(opened)) expect(opened.body).toMatchObject({ offset: 0, limit: 50, total: rowsOf(all).length });
    expect(rowsOf(all).length >= 3, 'rows to page through').toBe(!alwaysEmpty.includes(name));
    expect(cursorOf(all)).toBeNull();
    expect(all.headers.Link).toBeUndefined();
    const inOrder = (rowsOf(all) as unknown as Listed[]).toSorted(orders[name] ?? descending('id'));
    expect(ids(all)).toEqual(inOrder.map(idOf));
  });

  test('by cursor to the end: every row once, no total', async () => {
    const all = ids(await list(name, largest));
    const seen: string[] = [];
    let query = 'limit=2';
    for (let page = 1; ; page++) {
      const answer = await list(name, query);
      seen.push(...ids(answer));
      expect(totalOf(answer) === undefined, `total of page ${page}`).toBe(page > 1);
      if (!isBare(answer))
        expect([answer.body.total, answer.body.offset]).toEqual(page > 1 ? [null, null] : [all.length, 0]);
      if (cursorOf(answer) === null) break;
      query = `limit=2&cursor=${cursorOf(answer)}`;
    }
    expect(seen).toEqual(all);
  });

  test('by Link to the end: every row once', async () => {
    const all = ids(await list(name, largest));
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
    const answer = await list(name, 'offset=10000');
    expect([rowsOf(answer), nextQuery(answer)]).toEqual([[], undefined]);
    if (!isBare(answer)) expect(answer.body).toMatchObject({ offset: 10_000 });
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
    const { detail } = await refused('offset=1&cursor=any', 'VALIDATION_ERROR');
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
});

describe.each(filled)('$name', ({ name, route }) => {
  const invalid = route.invalid ?? 422;

  async function refused(cursor: string | null, more = '', of = world): Promise<void> {
    expect(cursor).not.toBeNull();
    const answer = await list(name, `cursor=${cursor}${more}`, of);
    expect([answer.status, answer.body.error_code]).toEqual([invalid, 'CURSOR_INVALID']);
  }

  test('refuses a cursor of other filters, of another list and of another tenant', async () => {
    const cursor = cursorOf(await list(name, 'limit=1'));
    for (const filter of filtersOf(route)) await refused(cursor, `&${filter}`);
    await refused(cursor, '', await newWorld());
    const next = filled[(filled.findIndex((one) => one.name === name) + 1) % filled.length]!;
    await refused(cursorOf(await list(next.name, 'limit=1')));
  });

  test('contains nothing of another tenant', async () => {
    const theirs = await newWorld();
    const [kind, params] = [listedAt(route.path), await newParams(theirs, paramsNaming(route.path))];
    if (kind) await make(kind, theirs, Object.values(params));
    const [own, other] = [ids(await list(name, 'limit=200')), ids(await list(name, 'limit=200', theirs))];
    expect(own.filter((id) => other.includes(id))).toEqual([]);
  });

  test('accepts a cursor with parameters that have no effect, or with another page size', async () => {
    const cursor = cursorOf(await list(name, 'limit=1&_=1'));
    const pages = await Promise.all(
      ['', '&_=2', '&utm_source=x&limit=1'].map((more) => list(name, `cursor=${cursor}${more}`)),
    );
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ids(pages[1]!)).toEqual(ids(pages[0]!));
  });

  test('refuses a parameter that it does not know, and says which it may be', async () => {
    const { status, body } = await list(name, 'limt=1&colour=blue');
    expect([status, body.error_code, body.detail]).toEqual([
      invalid,
      'VALIDATION_ERROR',
      [
        { type: 'unknown_field', loc: ['query', 'limt'], msg: 'Unknown parameter "limt"; did you mean "limit"?' },
        { type: 'unknown_field', loc: ['query', 'colour'], msg: 'Unknown parameter "colour"' },
      ],
    ]);
  });

  test('refuses a cursor after 24 hours', async () => {
    const cursor = cursorOf(await list(name, 'limit=1'));
    const [after, expires, bound] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString());
    expect(expires - Date.now()).toBeGreaterThan(86_300_000);
    for (const changed of [
      [after, Date.now() - 1, bound],
      [after, expires + 1, bound],
      [`${after}0`, expires, bound],
    ]) {
      await refused(Buffer.from(JSON.stringify(changed)).toString('base64url'));
    }
  });
});

describe.each(lists.filter(({ route }) => answerOf(route)?.list === 'bare'))('$name', ({ name }) => {
  test('takes skip for offset', async () => {
    const whole = ids(await list(name, largest));
    for (const query of ['skip=2&limit=2', 'skip=2&offset=2&limit=2', 'offset=2&limit=2']) {
      expect(ids(await list(name, query)), query).toEqual(whole.slice(2, 4));
    }
    expect((await list(name, 'skip=10001')).body).toMatchObject({ error_code: 'OFFSET_TOO_LARGE' });
  });

  test('refuses a skip that differs from the offset, or that is sent with a cursor', async () => {
    for (const [query, field] of [
      ['skip=1&offset=2', 'skip'],
      ['skip=1&cursor=any', 'cursor'],
    ]) {
      const { status, body } = await list(name, query!);
      expect([status, body.detail]).toEqual([
        422,
        [{ type: 'conflict', loc: ['query', field], msg: expect.any(String) }],
      ]);
    }
  });

  test('by Link to the end from a skip: every row once', async () => {
    const seen: string[] = [];
    for (let query: string | undefined = 'skip=1&limit=2'; query !== undefined; ) {
      const answer: Invoked = await list(name, query);
      seen.push(...ids(answer));
      query = nextQuery(answer);
    }
    expect(seen).toEqual(ids(await list(name, largest)).slice(1));
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
