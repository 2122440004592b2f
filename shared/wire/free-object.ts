import * as z from 'zod';
import { asWritten } from '../json/exact.ts';

/** JSON objects of the caller, which come back as they were sent: every key, and every number with all of its digits. */

export type FreeObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is FreeObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deeper nesting is no use to anyone. */
const maxLevels = 100;

/** False where a value surely has more bytes of JSON, told without reading more of it than that. */
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

/** Whether a schema leaves what it reads to the caller: its numbers then stay as they were written. */
export const isFree = (schema: z.ZodType): boolean => schema === written;

/** In a body: of up to `maxBytes` of JSON. A schema of its entries would drop `__proto__` and look at every key. */
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
      // The short look first: what is a thousand times too large would take a second to print.
      const kept = mayBeShort(value, maxBytes) ? (asWritten(value) as FreeObject) : undefined;
      if (kept && Buffer.byteLength(JSON.stringify(kept)) <= maxBytes) return kept;
      const message = `Should be at most ${maxBytes} bytes as JSON`;
      return refuse({ code: 'custom', message, params: { type: 'too_long' }, input: value });
    })
    .meta({ override: { type: 'object', additionalProperties: true } });
}

/** In an answer. */
export const keptObject = () =>
  z.custom<FreeObject>(isObject).meta({ override: { type: 'object', additionalProperties: true } });
