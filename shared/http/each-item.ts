import type * as z from 'zod';
import { checkedItem } from './failures.ts';

/** Lists whose items are independent: an invalid item does not refuse the others. */

/** Stands for an item that its schema refuses. */
export class Faulty {
  /** What is wrong, for people. */
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** The schema of one item of such a list, which gives the item as `item` reads it, or a {@link Faulty}. */
export function orFaulty<T extends z.ZodType>(item: T) {
  return item.catch(((failed?: { readonly input: unknown }) => {
    // zod calls this once without a failure, to document the schema.
    if (!failed) return undefined;
    const read = checkedItem(item, failed.input);
    return new Faulty('wrong' in read ? read.wrong : '');
  }) as never) as unknown as z.ZodType<z.output<T> | Faulty, z.input<T>>;
}
