import * as z from 'zod';
import { Email } from '../wire/email.ts';
import { freeObject } from '../wire/free-object.ts';
import { givenId } from '../wire/id.ts';
import { readCondition } from './condition.ts';
import { brokenTemplates, hasTemplate } from './template.ts';

/** The fields of steps that hold templates, conditions and addresses. */

export type Refused = { readonly at: readonly (string | number)[]; readonly message: string; readonly type?: string };

export const refuse = (context: z.RefinementCtx, faults: readonly Refused[], type = 'pattern') => {
  for (const { at, message, type: own = type } of faults) {
    context.addIssue({ code: 'custom', path: [...at], message, params: { type: own } });
  }
};

const object = { override: { type: 'object', additionalProperties: true } };

/** A text that may hold templates. */
export const templated = (most: number, least = 0) =>
  z
    .string()
    .min(least, { abort: true })
    .max(most, { abort: true })
    .superRefine((text, context) => refuse(context, brokenTemplates(text)));

/** A free object whose texts may hold templates. */
export const templatedObject = (mostBytes: number) =>
  freeObject(mostBytes)
    .superRefine((value, context) => refuse(context, brokenTemplates(value)))
    .meta(object);

/** An id, or a template that gives one. */
export const idOrTemplate = () => givenId().superRefine((text, context) => refuse(context, brokenTemplates(text)));

export const Condition = freeObject(16 * 1024)
  .superRefine((value, context) => {
    const read = readCondition(value);
    if ('faults' in read) refuse(context, read.faults);
  })
  .meta(object);

/** Addresses of people, which no template may choose. */
export const Addresses = z
  .array(Email)
  .min(1)
  .max(20)
  .superRefine((all, context) => {
    const message = 'Should be an address: templates are not filled in here';
    refuse(
      context,
      all.flatMap((one, i) => (hasTemplate(one) ? [{ at: [i], message }] : [])),
    );
  });
