import * as z from 'zod';
import { readInstant, wrongYear } from './time-span.ts';

/** Building blocks for request schemas, so that every endpoint uses the same refusals, defaults and documentation. */

/** Marks the message of an unknown field. `failures.ts` turns it into one failure per field, with a suggestion. */
export const unknownFieldMark = 'known fields: ';

/** A JSON object that refuses unknown fields and names them. */
export function strictObject<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape).join(',');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownFieldMark + known : undefined),
  });
}

/**
 * A field of responses. A body may contain it, and it is ignored there, so that an object can be read and sent back.
 */
export const readOnly = () =>
  z
    .unknown()
    .optional()
    .transform(() => undefined)
    .meta({ readOnly: true, description: 'Set by the server; ignored in requests.' });

/** A whole number in a query string. */
export function queryInteger({ min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'Should be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
}

/** A boolean in a query string. */
export const queryBoolean = () =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ override: { type: 'boolean' } });

/** A query parameter that may be given up to `most` times, in any order. */
export const repeated = <T extends z.ZodType<string>>(item: T, most: number) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z
      .array(item)
      .max(most)
      .transform((values) => [...new Set<string>(values)].sort())
      .optional(),
  );

/** Instants are ISO 8601 in UTC; fractional seconds are printed only when there are some. */
export function printInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

/** As {@link printInstant}; null when there is no instant. */
export const printInstantOrNull = (milliseconds: number | null | undefined): string | null =>
  milliseconds === undefined || milliseconds === null ? null : printInstant(milliseconds);

/** An instant in a body, with any offset, as milliseconds since 1970: from the year 1 to 9999 in UTC, as it is printed. */
export const givenInstant = () =>
  z
    .string()
    .transform((text, context) => {
      const span = /t/i.test(text) ? readInstant(text) : undefined;
      const message = 'Should be an instant such as 2026-03-17T10:00:00Z';
      const wrong = span
        ? wrongYear(span.to, '0001')
        : ({ code: 'custom', message, params: { type: 'format' } } as const);
      if (span && !wrong) return span.to;
      if (wrong) context.addIssue(wrong);
      return z.NEVER;
    })
    .meta({ format: 'date-time' });

/** The same from 1970 to 9999, for instants that are printed again. */
export const boundedInstant = () =>
  givenInstant().superRefine((at, context) => {
    const wrong = wrongYear(at);
    if (wrong) context.addIssue(wrong);
  });

export const instant = () => z.string().meta({ format: 'date-time', example: '2026-03-17T10:00:00Z' });
