import { onTestFinished } from 'vitest';
import { platform } from './in-process.ts';

interface Written {
  readonly Put?: { readonly Item: { readonly pk: string } };
}

/**
 * Until the test ends: transactions that put a row into a partition with this text in its name wait until so many have
 * come, all of which have read the same state. Then one after another is made.
 */
export function holdUntilAllHaveRead(count: number, partition: string): void {
  const { promise: all, resolve: open } = Promise.withResolvers<void>();
  let [come, last]: [number, Promise<unknown>] = [0, all];
  const isHeld = ({ Put }: Written) => Put?.Item.pk.includes(partition) ?? false;
  const { database } = platform;
  const { around } = database;
  database.around = (send, { operation, input }) => {
    if (operation !== 'TransactWriteCommand' || !(input.TransactItems as Written[]).some(isHeld)) return send();
    if (++come === count) open();
    const sent = last.then(send);
    last = sent.catch(() => undefined);
    return sent;
  };
  onTestFinished(() => {
    database.around = around;
  });
}
