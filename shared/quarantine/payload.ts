import type * as z from 'zod';
import { checkedItem } from '../http/failures.ts';
import { withNumbers } from '../http/numbers.ts';
import { misformed, type Refusal } from './cause.ts';

/** Reading the payloads of messages. */

/**
 * What a message says as its schema reads it, or why it is refused: the first things that are wrong, by name.
 *
 * @param json undefined if the payload is no JSON
 */
export function readPayload<T extends z.ZodType>(
  schema: T,
  json: unknown,
): { readonly value: z.output<T> } | { readonly refusal: Refusal } {
  if (json === undefined) return { refusal: notJson };
  const read = checkedItem(schema, withNumbers(schema, json));
  return 'wrong' in read ? { refusal: misformed(read.wrong) } : { value: read.value as z.output<T> };
}

export const notJson = misformed('The payload is not JSON in UTF-8 of at most 128 levels');
