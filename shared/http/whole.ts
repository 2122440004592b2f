import { bytesOfAnswer } from '../table/page.ts';

/** Lists that are answered whole, without pages. */

export interface Whole<T> {
  readonly body: T[];
  readonly headers: Record<string, string>;
}

/** Room for what surrounds the items of an answer. */
const spareBytes = 64 * 1024;

/** As many items as fit into an answer, with a header where that is not all of them. */
export function fitting<T>(items: readonly T[]): Whole<T> {
  let bytes = 0;
  const body = items.filter((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return bytes <= bytesOfAnswer - spareBytes;
  });
  return { body, headers: body.length < items.length ? { 'X-Page-Cut': 'true' } : {} };
}
