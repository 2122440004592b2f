import { onTestFinished } from 'vitest';
import { platform } from './in-process.ts';

interface Written {
  readonly Put?: { readonly Item: { readonly pk: string } };
}

/** Transactions that put a row into a partition with this text in its name. */
export const into =
  (partition: string) =>
  (items: readonly Written[]): boolean =>
    items.some(({ Put }) => Put?.Item.pk.includes(partition) ?? false);

/**
 * Until the test ends: transactions wait until so many have come, all of which have read the same state. Then one after
 * another is made, since simultaneous ones would conflict, and be read again.
 */
export function holdUntilAllHaveRead(count: number, isHeld: (items: readonly Written[]) => boolean): void {
  const { promise: all, resolve: open } = Promise.withResolvers<void>();
  let [come, last]: [number, Promise<unknown>] = [0, all];
  const { database } = platform;
  const { around } = database;
  database.around = (send, { operation, input }) => {
    if (operation !== 'TransactWriteCommand' || !isHeld(input.TransactItems)) return send();
    if (++come === count) open();
    const sent = last.then(send);
    last = sent.catch(() => undefined);
    return sent;
  };
  onTestFinished(() => {
    database.around = around;
  });
}
