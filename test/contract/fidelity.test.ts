import { beforeAll, describe, expect, test } from 'vitest';
import { endpoint } from '../support/endpoints.ts';
import { contextOf, gatewayEvent } from '../support/invoke.ts';
import { newWorld, type World } from './world.ts';

/** What a caller sends is returned exactly, by every route that accepts it and every route that shows it. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

/** The text of a response, which `JSON.parse` would change. */
async function textOf(name: Parameters<typeof endpoint>[0], given: object): Promise<{ status: number; text: string }> {
  const { route, handler } = endpoint(name);
  const event = gatewayEvent(route, { key: world.key, ...given });
  const { statusCode, body = '' } = await handler(event, contextOf(route));
  return { status: statusCode, text: body };
}

const written =
  '{"__proto__":{"n":1.0},"big":613196570357137407,"far":1e400,"list":[-0,0.10,1E5],"s":"\\ud83d\\ude00"}';
const printed = written.replace('\\ud83d\\ude00', '😀');
const body = (more: string) =>
  `{"name":"Exact","latitude":1.0,"longitude":2.50,"metadata":${written},"action":${written}${more}}`;

async function made(): Promise<string> {
  const { status, text } = await textOf('geofences/create', { body: body('') });
  expect([status, text]).toEqual([201, expect.stringContaining(`"metadata":${printed}`)]);
  expect(text).toContain(`"action":${printed}`);
  expect(text).toContain('"latitude":1,"longitude":2.5,');
  return JSON.parse(text).id;
}

describe('free objects', () => {
  test('come back from create, get, list and check', async () => {
    const id = await made();
    for (const answer of [
      await textOf('geofences/get', { params: { id } }),
      await textOf('geofences/list', {}),
      await textOf('geofences/check', { body: { latitude: 1, longitude: 2.5 } }),
    ]) {
      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining(`"action":${printed}`) });
    }
  });

  test('are returned by every update, and sending them again changes nothing', async () => {
    const id = await made();
    for (const [name, given] of [
      ['geofences/replace', { params: { id }, body: body('') }],
      ['geofences/patch', { params: { id }, body: `{"metadata":${written}}` }],
      ['geofences/update', { body: `{"id":"${id.toUpperCase()}","action":${written}}` }],
    ] as const) {
      const { status, text } = await textOf(name, given);
      expect([status, JSON.parse(text).version]).toEqual([200, 1]);
      expect(text).toContain(`"metadata":${printed}`);
    }
    const changed = await textOf('geofences/patch', { params: { id }, body: '{"metadata":{"n":1.00}}' });
    expect(changed.text).toContain('"metadata":{"n":1.00}');
    expect((await textOf('audit-logs/list', { query: `resource_id=${id.toUpperCase()}` })).text).toContain(
      '{"n":1.00}',
    );
  });

  test('come back from a replayed create', async () => {
    const given = { body: body(',"externalId":"replayed"'), headers: { 'idempotency-key': 'exact' } };
    const [first, again] = [await textOf('geofences/create', given), await textOf('geofences/create', given)];
    expect(again).toEqual(first);
    const reordered = {
      ...given,
      body: given.body.replace('"name":"Exact",', '').replace(/}$/, ' , "name" : "Exact"}'),
    };
    expect(await textOf('geofences/create', reordered)).toEqual(first);
    const other = await textOf('geofences/create', { ...given, body: given.body.replace('1e400', '1e401') });
    expect(other).toMatchObject({ status: 422, text: expect.stringContaining('IDEMPOTENCY_KEY_REUSED') });
  });

  test('are returned by a plain entity; sending them again changes nothing, one other digit is a change', async () => {
    const created = await textOf('sites/create', { body: `{"name":"Exact","metadata":${written}}` });
    expect(created).toMatchObject({ status: 201, text: expect.stringContaining(`"metadata":${printed}`) });
    const { id } = JSON.parse(created.text);
    const again = await textOf('sites/patch', { params: { id }, body: `{"metadata":${written}}` });
    expect([JSON.parse(again.text).version, again.text]).toEqual([1, created.text]);
    for (const answer of [await textOf('sites/get', { params: { id } }), await textOf('sites/list', {})]) {
      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining(`"metadata":${printed}`) });
    }
    const changed = await textOf('sites/patch', { params: { id }, body: '{"metadata":{"n":1.00}}' });
    expect([JSON.parse(changed.text).version, changed.text]).toEqual([2, expect.stringContaining('{"n":1.00}')]);
  });

  test.each([
    ['{"name":"A","latitude":1,"longitude":1,"metadata":{"a":1,"a":2}}', 'the same key twice'],
    ['{"name":"A","latitude":1,"longitude":1,"metadata":{"a":"\\ud83d"}}', 'half of a surrogate pair'],
  ])('that cannot be kept are refused: %s', async (text, why) => {
    const answer = await textOf('geofences/create', { body: text });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(why) });
  });

  test('of numbers beyond doubles are numbers where a number is meant', async () => {
    const { status, text } = await textOf('geofences/create', { body: '{"name":"A","latitude":1e400,"longitude":1}' });
    expect([status, text]).toEqual([400, expect.stringContaining('"latitude"')]);
  });
});
