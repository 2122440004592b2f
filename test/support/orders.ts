import { outboxSuffix } from '../../shared/table/keys/outbox.ts';

/** A row of a table, as the fake holds it. */
type Row = Readonly<Record<string, unknown>>;

/** Is it an event of an outbox, of whichever shard? What is published beside is not. */
export const isOfOutbox = ({ pk }: Row): boolean =>
  String(pk).endsWith(outboxSuffix) && !String(pk).includes('#published#');

/** Events of all shards, oldest first. */
export const eventsOf = <R extends Row>(rows: readonly R[]): R[] =>
  rows.filter(isOfOutbox).sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));

/** What a row of the outbox asks workers to do. */
export const ordersOf = (row: Row | undefined): { worker: string; message: object }[] =>
  JSON.parse(String(row?.orders ?? '[]'));
