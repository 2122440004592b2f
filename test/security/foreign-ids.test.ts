import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { isMade, unmade, unneeded } from '../contract/kinds.ts';
import { itemwise, mute, subjects } from '../contract/references.ts';
import { allowedTo, newWorld, type World } from '../contract/world.ts';
import { entitiesOf, everythingOf } from '../platform/rows.ts';
import { plain } from '../support/answers.ts';
import { addressed } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { places } from './places.ts';

/**
 * Another tenant's entity is treated as unknown: wherever a request names one, the response is that for an unknown id,
 * and the entity does not change. `places.ts` has all places where requests name
 * entities.
 */

let mine: World;
let theirs: World;
beforeAll(async () => {
  [mine, theirs] = [await newWorld(), await newWorld()];
});

test('every id in a body or a query says what it names', () => {
  const without = addressed.flatMap(({ name, route }) => mute(route).map((at) => `${name} ${at}`));
  expect(
    without.map((at) => `${at}: add .meta({ names: '<kind>' }) to its schema`),
    'an id of the caller, which names nothing of ours, belongs to `notOurs` or `echoed` in test/contract/references.ts',
  ).toEqual([]);
});

test('every kind that is named can be created, except those that no route creates yet', () => {
  const kinds = new Set(places.map(({ kind }) => kind));
  expect(
    [...kinds].filter((kind) => !isMade(kind)).sort(),
    'say in test/contract/kinds.ts how it is made; a plain kind belongs to `plainKinds` in test/contract/entities.ts',
  ).toEqual([...unmade].sort());
});

test('no row of these tables is unused', () => {
  const titles = places.map(({ endpoint, title }) => `${endpoint.name} ${title}`);
  expect(
    [...unneeded(), ...[...subjects, ...Object.keys(itemwise)].filter((subject) => !titles.includes(subject))],
    'remove it from test/contract/kinds.ts or test/contract/references.ts',
  ).toEqual([]);
});

describe.each(places.filter(({ kind }) => isMade(kind)))('$endpoint.name, $title', (place) => {
  const { endpoint, asked, made, expectUnknown } = place;
  const { name } = endpoint;
  const caller = allowedTo(endpoint.route);
  const anonymous = (answer: Invoked, id: string) =>
    JSON.stringify(plain(answer))
      .replaceAll(id, '<id>')
      .replaceAll(/"local_uuid":"[^"]*"/g, '');

  test('an id of another tenant is an unknown one, whatever version is asked for, and nothing happens', async () => {
    const [id, unknown] = [await made(mine), randomUUID()];
    const [ofForeign, ofUnknown] = [await asked(id, theirs), await asked(unknown, theirs)];
    if (caller.as) await theirs.token(caller.as);
    const all = async () => [await everythingOf(mine.workspace), await entitiesOf(theirs.workspace)];
    let before = await all();
    const toUnknown = await theirs.call(name, { ...caller, ...ofUnknown });
    expectUnknown(toUnknown);
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
    const request = await asked(await made(mine), mine);
    const answer = await mine.call(name, { ...caller, ...request });
    expect(answer.body?.error_code, JSON.stringify(answer.body)).not.toBe('NOT_FOUND');
    expect(JSON.stringify(answer.body ?? {})).not.toContain('unknown_reference');
  });
});
