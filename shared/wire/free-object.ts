import * as z from 'zod';
import { asWritten } from '../json/exact.ts';

/** JSON objects of the caller, which come back as they were sent: every key, and every number with all of its digits. */

export type FreeObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is FreeObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deeper nesting is no use to anyone. */
const maxLevels = 100;

function hasLevels(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return most > 0 && Object.values(value).every((inner) => hasLevels(inner, most - 1));
}

/** In a body: of up to `maxBytes` of JSON. A schema of its entries would drop `__proto__` and look at every key. */
export function freeObject(maxBytes: number) {
  return z
    .unknown()
    .transform((value, context): FreeObject => {
      const refuse = (issue: z.core.$ZodRawIssue) => {
        context.issues.push(issue);
        return z.NEVER;
      };
      if (!isObject(value)) return refuse({ code: 'invalid_type', expected: 'object', input: value });
      if (!hasLevels(value, maxLevels)) {
        const message = `Should be nested at most ${maxLevels} levels deep`;
        return refuse({ code: 'custom', message, params: { type: 'too_large' }, input: value });
      }
      const kept = asWritten(value) as FreeObject;
      if (Buffer.byteLength(JSON.stringify(kept)) <= maxBytes) return kept;
      const message = `Should be at most ${maxBytes} bytes as JSON`;
      return refuse({ code: 'custom', message, params: { type: 'too_long' }, input: value });
    })
    .meta({ override: { type: 'object', additionalProperties: true } });
}

/** In an answer. */
export const keptObject = () =>
  z.custom<FreeObject>(isObject).meta({ override: { type: 'object', additionalProperties: true } });
