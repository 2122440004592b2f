import * as z from 'zod';
import { asWritten } from '../json/exact.ts';

/**
 * JSON objects of the caller that are returned exactly as they were sent: with every key, and with all digits of every
 * number.
 */

export type FreeObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is FreeObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deeper nesting has no use. */
const maxLevels = 100;

/** False when a value is certain to have more bytes of JSON. Reads no more of the value than it needs for that. */
function mayBeShort(value: unknown, maxBytes: number): boolean {
  let left = maxBytes;
  const count = (item: unknown): boolean => {
    left -= typeof item === 'string' ? item.length - 1 : 1;
    if (left < 0 || typeof item !== 'object' || item === null) return left >= 0;
    for (const key in item) {
      if (!Array.isArray(item)) left -= key.length + 3;
      if (!count((item as FreeObject)[key])) return false;
    }
    return true;
  };
  return count(value);
}

function hasLevels(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return most > 0 && Object.values(value).every((inner) => hasLevels(inner, most - 1));
}

const written = z.unknown();

/** Whether a schema keeps the caller's value unchanged. Its numbers then stay as they were written. */
export const isFree = (schema: z.ZodType): boolean => schema === written;

/**
 * A free object in a body, with up to `maxBytes` of JSON. A schema with entries would drop `__proto__` and check every
 * key.
 */
export function freeObject(maxBytes: number) {
  return written
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
      // The cheap check comes first: a value a thousand times too large would take a second to serialise.
      const kept = mayBeShort(value, maxBytes) ? (asWritten(value) as FreeObject) : undefined;
      if (kept && Buffer.byteLength(JSON.stringify(kept)) <= maxBytes) return kept;
      const message = `Should be at most ${maxBytes} bytes as JSON`;
      return refuse({ code: 'custom', message, params: { type: 'too_long' }, input: value });
    })
    .meta({ override: { type: 'object', additionalProperties: true } });
}

/** A free object in an answer. */
export const keptObject = () =>
  z.custom<FreeObject>(isObject).meta({ override: { type: 'object', additionalProperties: true } });
