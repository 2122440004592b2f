import * as z from 'zod';
import { problem } from '../problems/problem.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { refuseLarge } from '../wire/size.ts';
import { exactKey, label } from '../wire/text.ts';

/** The fields that an annotation class defines: which `values` its annotations hold. */

export const fieldTypes = ['number', 'string', 'boolean', 'enum'] as const;

const mostFields = 50;
const mostOptions = 100;

const ClassField = strictObject(
  whenMade({
    key: exactKey(255),
    type: z.enum(fieldTypes),
    required: z.boolean().optional(),
    options: z
      .array(label(255))
      .min(1)
      .max(mostOptions)
      .refine((options) => new Set(options).size === options.length, { message: 'Should hold each option once' })
      .optional(),
  }),
)
  .refine(({ type, options }) => type !== 'enum' || options !== undefined, {
    path: ['options'],
    message: 'Field required for the type "enum"',
    params: { type: 'missing' },
  })
  .refine(({ type, options }) => type === 'enum' || options === undefined, {
    path: ['options'],
    message: 'Only fields of the type "enum" have options',
    params: { type: 'conflict' },
  })
  .transform(({ key, type, required = false, options = null }) => ({ key, type, required, options }))
  .meta({ id: 'AnnotationClassFieldDraft' });

export type ClassField = z.output<typeof ClassField>;

export const ClassFields = z
  .array(ClassField)
  .max(mostFields)
  .superRefine(refuseLarge)
  .superRefine((fields, context) => {
    for (const [i, { key }] of fields.entries()) {
      if (fields.findIndex((one) => one.key === key) === i) continue;
      const message = `Another field has the key "${key}"`;
      context.addIssue({ code: 'custom', path: [i, 'key'], message, params: { type: 'conflict' } });
    }
  });

export const ShownClassFields = z.array(
  z
    .object({
      key: z.string(),
      type: z.enum(fieldTypes),
      required: z.boolean(),
      options: z.array(z.string()).nullable(),
    })
    .meta({ id: 'AnnotationClassField' }),
);

/**
 * Requires that fields and options are only added, because annotations may have values of the earlier ones.
 *
 * @throws CONFLICT
 */
export function requireKeptFields(before: readonly ClassField[], after: readonly ClassField[]): void {
  const conflicts = before.flatMap(({ key, type, options }) => {
    const next = after.find((one) => one.key === key);
    if (!next) return [{ key, reason: 'removed' }];
    if (next.type !== type) return [{ key, reason: 'retyped' }];
    return options?.every((option) => next.options?.includes(option)) === false
      ? [{ key, reason: 'options_removed' }]
      : [];
  });
  if (conflicts.length === 0) return;
  const detail =
    'Annotations may hold values of these fields: fields and options can be added, not retyped or removed.';
  throw problem('CONFLICT', detail, { conflicts });
}
