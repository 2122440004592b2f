import { expect, test } from 'vitest';
import type * as z from 'zod';
import { bodyLimitOf, maxBodyBytes } from '../../../shared/http/body.ts';
import { definitionOf, mostItemsIn, unwrapped } from '../../../shared/http/introspection.ts';
import { isFree } from '../../../shared/wire/free-object.ts';
import { endpoints } from '../../support/endpoints.ts';

/** What a body may hold is bounded where it is declared. `worst-bodies.timed.test.ts` measures what that saves. */

const withBody = endpoints.flatMap(({ name, route }) =>
  route.body ? [{ name, route, body: route.body as z.ZodType }] : [],
);

test.each(withBody.filter(({ route }) => route.scope === 'public'))(
  '$name, which is public, takes a few kB',
  ({ route }) => {
    expect(bodyLimitOf(route)).toBeLessThanOrEqual(16 * 1024);
  },
);

test('no route takes more than 4 MiB of JSON', () => {
  expect(withBody.filter(({ route }) => bodyLimitOf(route) > maxBodyBytes)).toEqual([]);
});

test.each(withBody)('each list of $name has a ceiling', ({ route, body }) => {
  const endless = [...listsOf(body, '')].filter(
    ({ at, list }) => at !== route.batch?.field && mostItemsIn(list) > 10_000,
  );
  expect(endless.map(({ at }) => at)).toEqual([]);
});

test.each(withBody)('each map of $name from names to values has a ceiling', ({ body }) => {
  expect(
    [...mapsOf(body, '')].filter(({ map }) => map.meta()?.maxProperties === undefined).map(({ at }) => at),
  ).toEqual([]);
});

test.each(withBody)('the free objects of $name are at places where their numbers are kept', ({ body }) => {
  expect([...hiddenFreeObjects(body)]).toEqual([]);
});

function* listsOf(schema: z.ZodType, at: string): Generator<{ at: string; list: z.ZodType }> {
  const inner = unwrapped(schema);
  const { type, shape, element } = definitionOf(inner);
  if (type === 'array' && element) {
    yield { at, list: inner };
    yield* listsOf(element, `${at}[]`);
  }
  for (const [name, field] of Object.entries(shape ?? {})) yield* listsOf(field, at ? `${at}.${name}` : name);
}

function* mapsOf(schema: z.ZodType, at: string): Generator<{ at: string; map: z.ZodType }> {
  const inner = unwrapped(schema);
  const { type, shape, element } = definitionOf(inner);
  if (type === 'record') yield { at, map: inner };
  if (element) yield* mapsOf(element, `${at}[]`);
  for (const [name, field] of Object.entries(shape ?? {})) yield* mapsOf(field, at ? `${at}.${name}` : name);
}

/** Free objects inside a union, a record or a tuple, where numbers of the body are not tracked. */
function* hiddenFreeObjects(schema: z.ZodType, isHidden = false): Generator<string> {
  const inner = unwrapped(schema);
  if (isFree(inner) && isHidden) yield 'a free object';
  const definition = definitionOf(inner) as ReturnType<typeof definitionOf> & Record<string, unknown>;
  const { shape = {}, element } = definition;
  for (const field of [...Object.values(shape), ...(element ? [element] : [])])
    yield* hiddenFreeObjects(field, isHidden);
  const others = [definition.options, definition.items, definition.valueType, definition.left, definition.right].flat();
  // Which case of a discriminated union holds is known before its numbers are read.
  const isKnown = definition.discriminator !== undefined;
  for (const other of others) if (other) yield* hiddenFreeObjects(other as z.ZodType, isHidden || !isKnown);
}
