import type * as z from 'zod';
import { checkedItem } from './failures.ts';

/** Lists whose items stand alone: what is wrong with one does not refuse the others. */

/** In the place of an item that is not of its form. */
export class Faulty {
  /** What is wrong, for people. */
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** One item of such a list: as the schema reads it, or what is wrong with it. */
export function perhaps<T extends z.ZodType>(item: T) {
  return item.catch(((failed?: { readonly input: unknown }) => {
    // zod asks for the value once without a failure, to document it.
    if (!failed) return undefined;
    const read = checkedItem(item, failed.input);
    return new Faulty('wrong' in read ? read.wrong : '');
  }) as never) as unknown as z.ZodType<z.output<T> | Faulty, z.input<T>>;
}
