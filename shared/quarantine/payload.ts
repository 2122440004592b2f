import type * as z from 'zod';
import { checkedItem } from '../http/failures.ts';
import { withNumbers } from '../http/numbers.ts';
import { malformed, type Refusal } from './cause.ts';

/** Reading the payloads of messages. */

/**
 * The payload as its schema reads it, or why it is refused: the first invalid fields.
 *
 * @param json undefined if the payload is not JSON
 */
export function readPayload<T extends z.ZodType>(
  schema: T,
  json: unknown,
): { readonly value: z.output<T> } | { readonly refusal: Refusal } {
  if (json === undefined) return { refusal: notJson };
  const read = checkedItem(schema, withNumbers(schema, json));
  return 'wrong' in read ? { refusal: malformed(read.wrong) } : { value: read.value as z.output<T> };
}

export const notJson = malformed('The payload is not JSON in UTF-8 of at most 128 levels');
