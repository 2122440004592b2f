import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { isMade, make, newParams, paramsNaming, rightBody, unmade, unneeded } from '../contract/kinds.ts';
import {
  beside,
  itemwise,
  mute,
  type ReferenceAt,
  referencesOf,
  subjects,
  titleOf,
  withAt,
} from '../contract/references.ts';
import { type Asked, allowedTo, newWorld, type World } from '../contract/world.ts';
import { entitiesOf, everythingOf } from '../platform/rows.ts';
import { plain } from '../support/answers.ts';
import { addressed, type NamedEndpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';

/**
 * Another tenant's entity is treated as unknown: wherever a request names one, the response is that for an unknown id,
 * and the entity does not change. The places where requests name entities, and their kinds, are read from paths and
 * schemas.
 */

let mine: World;
let theirs: World;
beforeAll(async () => {
  [mine, theirs] = [await newWorld(), await newWorld()];
});

/** A place in a request where an id names an entity of the workspace. */
interface Place {
  readonly title: string;
  readonly kind: string;
  /** The request of a workspace with an id at that place; the rest of it is correct and belongs to the workspace. */
  readonly asked: (id: string, world: World) => Promise<Asked>;
  /** Creates an entity of `mine` of the right kind. */
  readonly foreign: () => Promise<string>;
  readonly expectUnknown: (answer: Invoked) => void;
}

const credentialed = ({ route }: NamedEndpoint) => route.scope !== 'public';

function expectNotFound({ status, body }: Invoked): void {
  expect([status, body.error_code], JSON.stringify(body)).toEqual([404, 'NOT_FOUND']);
}

/**
 * Parameters of a path. Those before the tested one belong to the caller; those after it belong to the foreign entity.
 */
function inPath(endpoint: NamedEndpoint): Place[] {
  const params = paramsNaming(endpoint.route.path);
  return params.flatMap(({ name, names }, i) => {
    if (typeof names === 'object') return [];
    let chain: Record<string, string> = {};
    const foreign = async () => {
      chain = await newParams(mine, params);
      return chain[name]!;
    };
    const asked = async (id: string, world: World) => {
      const own = world === mine ? {} : await newParams(world, params.slice(0, i));
      return { params: { ...chain, ...own, [name]: id }, body: await rightBody(endpoint.route, world) };
    };
    return [{ title: `{${name}}`, kind: names, asked, foreign, expectUnknown: expectNotFound }];
  });
}

function expectUnknownReference({ path }: ReferenceAt, { status, body }: Invoked): void {
  expect([status, body.error_code], JSON.stringify(body)).toEqual([422, 'VALIDATION_ERROR']);
  expect(body.detail).toEqual([{ type: 'unknown_reference', loc: ['body', ...path], msg: expect.any(String) }]);
}

function expectUnknownItem(code: string, { status, body }: Invoked): void {
  expect([
    [200, []],
    [202, 0],
  ]).toContainEqual([status, body.accepted]);
  expect(body.errors).toMatchObject([{ index: 0, error_code: code }]);
}

/** Ids in the body and the query, wherever a schema says what they name. */
function inSchemas(endpoint: NamedEndpoint): Place[] {
  const params = paramsNaming(endpoint.route.path);
  return referencesOf(endpoint.route).map((reference) => {
    const title = titleOf(reference);
    const asked = async (id: string, world: World): Promise<Asked> => {
      const body = await rightBody(endpoint.route, world);
      const own = { params: await newParams(world, params) };
      if (reference.where === 'query') return { ...own, body, query: `${reference.path.join('.')}=${id}` };
      const named = withAt(body, reference.path, id);
      const whole = Array.isArray(named) ? named : { ...(named as object), ...beside[`${endpoint.name} ${title}`] };
      return { ...own, body: whole };
    };
    const item = itemwise[`${endpoint.name} ${title}`];
    const expectUnknown = (answer: Invoked) => {
      if (subjects.includes(`${endpoint.name} ${title}`)) expectNotFound(answer);
      else if (item) expectUnknownItem(item, answer);
      else if (reference.where === 'body') expectUnknownReference(reference, answer);
      else expect(answer.status).toBeLessThan(500);
    };
    return { title, kind: reference.names, asked, foreign: () => make(reference.names, mine), expectUnknown };
  });
}

const places = addressed
  .filter(credentialed)
  .flatMap((endpoint) =>
    [...inPath(endpoint), ...inSchemas(endpoint)].map((place) => ({ ...place, endpoint, name: endpoint.name })),
  );

test('every id in a body or a query says what it names', () => {
  const without = addressed.flatMap(({ name, route }) => mute(route).map((at) => `${name} ${at}`));
  expect(without.map((at) => `${at}: add .meta({ names: '<kind>' }) to its schema`)).toEqual([]);
});

test('every kind that is named can be created, except those that no route creates yet', () => {
  const kinds = new Set(places.map(({ kind }) => kind));
  expect([...kinds].filter((kind) => !isMade(kind)).sort()).toEqual([...unmade].sort());
});

test('no row of these tables is unused', () => {
  const titles = places.map(({ name, title }) => `${name} ${title}`);
  expect([
    ...unneeded(),
    ...[...subjects, ...Object.keys(itemwise)].filter((subject) => !titles.includes(subject)),
  ]).toEqual([]);
});

describe.each(places.filter(({ kind }) => isMade(kind)))('$name, $title', (place) => {
  const { name, endpoint, asked, foreign, expectUnknown } = place;
  const caller = allowedTo(endpoint.route);
  const anonymous = (answer: Invoked, id: string) =>
    JSON.stringify(plain(answer))
      .replaceAll(id, '<id>')
      .replaceAll(/"local_uuid":"[^"]*"/g, '');

  test('an id of another tenant is an unknown one, whatever version is asked for, and nothing happens', async () => {
    const [id, unknown] = [await foreign(), randomUUID()];
    const [ofForeign, ofUnknown] = [await asked(id, theirs), await asked(unknown, theirs)];
    if (caller.as) await theirs.token(caller.as);
    const all = async () => [await everythingOf(mine.workspace), await entitiesOf(theirs.workspace)];
    let before = await all();
    const told = await theirs.call(name, { ...caller, ...ofUnknown });
    expectUnknown(told);
    const ask = async (tag?: string) => {
      const headers: Record<string, string> = tag ? { 'if-match': tag, 'if-none-match': tag } : {};
      const answer = await theirs.call(name, { ...caller, ...ofForeign, headers });
      const same = await theirs.call(name, { ...caller, ...ofUnknown, headers });
      expect(anonymous(answer, id)).toBe(anonymous(same, unknown));
    };
    for (const tag of [undefined, '*', '"v1"', '"v9"']) await ask(tag);
    const after = await all();
    if (isDeepStrictEqual(after, before)) return;
    // A worker may have swept old cells of an earlier test, which happens 16 seconds later; then once more.
    before = await all();
    for (const tag of [undefined, '*', '"v1"', '"v9"']) await ask(tag);
    expect(await all()).toEqual(before);
  });

  test('its own tenant finds it by the same request', async () => {
    const request = await asked(await foreign(), mine);
    const answer = await mine.call(name, { ...caller, ...request });
    expect(answer.body?.error_code, JSON.stringify(answer.body)).not.toBe('NOT_FOUND');
    expect(JSON.stringify(answer.body ?? {})).not.toContain('unknown_reference');
  });
});
