import type * as z from 'zod';
import type { FieldFailure } from '../problems/problem.ts';
import { checked, maxFailures } from './failures.ts';
import { definitionOf, mostItemsIn, unwrapped } from './introspection.ts';
import { messageOf } from './messages.ts';

/**
 * Lists of a body, held to what their schema says before the schema itself looks at the whole: one that is too long is
 * refused unread, and of a long one items are read only until there are as many failures as an answer tells. So what a
 * body costs does not grow with how wrong it is.
 */

type Steps = readonly (string | number)[];

/** Shorter lists are left to the schema. */
const longList = 100;

interface FoundList {
  readonly element: z.ZodType;
  readonly items: readonly unknown[];
  readonly most: number;
  readonly at: Steps;
}

/** The lists of a body that its schema knows, outer ones first; what is in one that is too long is not looked at. */
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

/** Failures of the lists that are too long. */
export function tooLongLists(schema: z.ZodType, body: unknown): FieldFailure[] {
  const failures: FieldFailure[] = [];
  for (const { items, most, at } of listsIn(schema, body, ['body'])) {
    if (items.length <= most) continue;
    const msg = messageOf({ code: 'too_big', origin: 'array', maximum: most, input: items });
    if (failures.push({ type: 'too_long', loc: at, msg }) === maxFailures) break;
  }
  return failures;
}

/** The first failures of a long list of which so much is wrong that reading on would tell nothing new. */
export function hopelessItems(schema: z.ZodType, body: unknown): FieldFailure[] {
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
