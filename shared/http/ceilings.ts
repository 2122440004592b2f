import type * as z from 'zod';
import { isJsonObject } from '../json/exact.ts';
import type { FieldFailure } from '../problems/problem.ts';
import { checked, maxFailures } from './failures.ts';
import { definitionOf, mostItemsIn, unwrapped } from './introspection.ts';
import { messageOf } from './messages.ts';

/**
 * Checks the lists of a body before the schema reads all of it. A list that is too long is refused unread. The items of
 * a long list are read only until their failures fill the answer. So the cost of an invalid body does not grow with the
 * number of its errors.
 */

type Steps = readonly (string | number)[];

/** Shorter lists are checked by the schema. */
const longList = 100;

interface FoundList {
  readonly element: z.ZodType;
  readonly items: readonly unknown[];
  readonly most: number;
  readonly at: Steps;
}

/** The lists of a body that its schema knows, outer ones first. Lists inside a list that is too long are skipped. */
function* listsIn(schema: z.ZodType, value: unknown, at: Steps): Generator<FoundList> {
  const inner = unwrapped(schema);
  const { type, shape, element } = definitionOf(inner);
  if (type === 'array' && element && Array.isArray(value)) {
    const most = mostItemsIn(inner);
    yield { element, items: value, most, at };
    if (value.length > most) return;
    for (const [i, item] of value.entries()) yield* listsIn(element, item, [...at, i]);
  } else if (type === 'object' && shape && typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(shape)) {
      if (!Object.hasOwn(value, name)) continue;
      yield* listsIn(field, (value as Readonly<Record<string, unknown>>)[name], [...at, name]);
    }
  }
}

/** Failures of the lists, and of the maps from names to values, that are too long. */
export function tooLongLists(schema: z.ZodType, body: unknown): FieldFailure[] {
  const failures: FieldFailure[] = [];
  for (const { items, most, at } of listsIn(schema, body, ['body'])) {
    if (items.length <= most) continue;
    const msg = messageOf({ code: 'too_big', origin: 'array', maximum: most, input: items });
    if (failures.push({ type: 'too_long', loc: at, msg }) === maxFailures) return failures;
  }
  for (const { most, at } of longMapsIn(schema, body, ['body'])) {
    failures.push({ type: 'too_long', loc: at, msg: `Should have at most ${most} entries` });
  }
  return failures.slice(0, maxFailures);
}

/** The maps in the fields of a body that have more entries than `maxProperties` of their schemas. */
function* longMapsIn(schema: z.ZodType, value: unknown, at: Steps): Generator<Pick<FoundList, 'most' | 'at'>> {
  if (!isJsonObject(value)) return;
  const inner = unwrapped(schema);
  const { type, shape = {} } = definitionOf(inner);
  const most = inner.meta()?.maxProperties;
  if (type === 'record' && typeof most === 'number' && hasMoreKeys(value, most)) yield { most, at };
  if (type !== 'object') return;
  for (const [name, field] of Object.entries(shape)) {
    if (Object.hasOwn(value, name)) yield* longMapsIn(field, value[name], [...at, name]);
  }
}

function hasMoreKeys(value: object, most: number): boolean {
  let keys = 0;
  for (const _ in value) {
    keys += 1;
    if (keys > most) return true;
  }
  return false;
}

/** If a long list alone has the maximum number of failures, those; otherwise none. */
export function tooManyFailures(schema: z.ZodType, body: unknown): FieldFailure[] {
  for (const { element, items, at } of listsIn(schema, body, [])) {
    const failures = items.length > longList ? firstFailures(items, element, at) : [];
    if (failures.length === maxFailures) return failures;
  }
  return [];
}

function firstFailures(items: readonly unknown[], element: z.ZodType, at: Steps): FieldFailure[] {
  const failures: FieldFailure[] = [];
  for (const [i, item] of items.entries()) {
    const result = checked(element, 'body', item, [...at, i]);
    if ('failures' in result) failures.push(...result.failures);
    if (failures.length >= maxFailures) return failures.slice(0, maxFailures);
  }
  return failures;
}
