import * as z from 'zod';
import { asWritten, isJsonObject, isWrittenNumber, type JsonObject } from '../json/exact.ts';

/**
 * JSON objects of the caller that are returned exactly as they were sent: with every key, and with all digits of every
 * number.
 */

export type FreeObject = JsonObject;

/** Deeper nesting has no use. */
const maxLevels = 100;

/**
 * What a value certainly has too much of, if anything. Walks no further than to the first excess, and enumerates an
 * object's keys just once: enumerating half a million takes a third of a second.
 */
function excessOf(value: unknown, maxBytes: number): 'levels' | 'bytes' | undefined {
  let left = maxBytes;
  const walk = (item: unknown, level: number): 'levels' | 'bytes' | undefined => {
    left -= typeof item === 'string' ? item.length - 1 : 1;
    if (left < 0) return 'bytes';
    if (typeof item !== 'object' || item === null) return undefined;
    if (level === maxLevels) return 'levels';
    if (Array.isArray(item)) {
      for (const inner of item) {
        const excess = walk(inner, level + 1);
        if (excess) return excess;
      }
      return undefined;
    }
    for (const key in item) {
      left -= key.length + 3;
      const excess = walk((item as FreeObject)[key], level + 1);
      if (excess) return excess;
    }
    return undefined;
  };
  return walk(value, 0);
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
      if (!isJsonObject(value)) return refuse({ code: 'invalid_type', expected: 'object', input: value });
      const excess = excessOf(value, maxBytes);
      if (excess === 'levels') {
        const message = `Should be nested at most ${maxLevels} levels deep`;
        return refuse({ code: 'custom', message, params: { type: 'too_large' }, input: value });
      }
      // A value a thousand times too large would take a second to serialise.
      const kept = excess ? undefined : (asWritten(value) as FreeObject);
      if (kept && Buffer.byteLength(JSON.stringify(kept)) <= maxBytes) return kept;
      const message = `Should be at most ${maxBytes} bytes as JSON`;
      return refuse({ code: 'custom', message, params: { type: 'too_long' }, input: value });
    })
    .meta({ override: { type: 'object', additionalProperties: true } });
}

/**
 * A single value in a body whose type something else decides: a number, which keeps its digits, a text or a boolean.
 * Numbers that a double would print differently are as `shared/json/exact.ts` keeps them.
 */
export const givenScalar = (description: string) =>
  written
    .transform((value, context): unknown => {
      // Anything else is refused before it is converted: a list may hold a million numbers.
      if (['string', 'number', 'boolean'].includes(typeof value) || isWrittenNumber(value)) return asWritten(value);
      context.issues.push({
        code: 'invalid_type',
        expected: 'number',
        input: value,
        message: 'Should be a number, a text or a boolean',
      });
      return z.NEVER;
    })
    .meta({ override: {}, description });

/** A free object in a response. */
export const keptObject = () =>
  z.custom<FreeObject>(isJsonObject).meta({ override: { type: 'object', additionalProperties: true } });
