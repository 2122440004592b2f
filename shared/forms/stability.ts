import type { Failures, Loc } from './failures.ts';
import type { Field, Schema } from './schema.ts';

/**
 * What the ids of a form were published as, in all of its versions: exports put the answers of all versions into one
 * table, so the values of an id must keep their form and their repeat.
 */

/** For each id its family, and the repeat that it is in: `text`, `text@members`. */
export type PublishedIds = Readonly<Record<string, string>>;

const kindOf = ({ family, repeat }: Field): string => (repeat ? `${family}@${repeat.id}` : family);

/** Ids of one form over all of its versions; a form has 500 fields at most. */
const mostIds = 10_000;

/** Reports each field whose id was published as something else. */
export function checkStability(schema: Schema, published: PublishedIds, loc: Loc, failures: Failures): void {
  for (const field of schema.byId.values()) {
    const before = Object.hasOwn(published, field.id) ? published[field.id] : undefined;
    if (before === undefined || before === kindOf(field)) continue;
    failures.add(
      'conflict',
      [...loc, ...locOf(schema, field), 'type'],
      `"${field.id}" was published as ${described(before)}; use a new id`,
    );
  }
  if (Object.keys(withPublished(schema, published)).length > mostIds) {
    failures.add('too_long', [...loc, 'fields'], `A form may have ${mostIds} ids over all of its versions`);
  }
}

/** The `loc` of a field in its schema. */
export function locOf({ fields }: Pick<Schema, 'fields'>, field: Field): Loc {
  const level = field.parent?.fields ?? fields;
  return [...(field.parent ? locOf({ fields }, field.parent) : []), 'fields', level.all.indexOf(field)];
}

function described(kind: string): string {
  const [family = '', repeat] = kind.split('@');
  return repeat ? `${family} in the repeat "${repeat}"` : family;
}

/** The same with the ids of a version that is being published. */
export const withPublished = (schema: Schema, published: PublishedIds): PublishedIds => ({
  ...published,
  ...Object.fromEntries([...schema.byId.values()].map((field) => [field.id, kindOf(field)])),
});
