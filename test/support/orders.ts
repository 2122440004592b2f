import { outboxSuffix } from '../../shared/table/keys/outbox.ts';

/** A row of a table, as the fake holds it. */
type Row = Readonly<Record<string, unknown>>;

/** Whether a row is an event in any shard of an outbox; published rows are not. */
export const isOfOutbox = ({ pk }: Row): boolean =>
  String(pk).endsWith(outboxSuffix) && !String(pk).includes('#published#');

/** Events of all shards, oldest first. */
export const eventsOf = <R extends Row>(rows: readonly R[]): R[] =>
  rows.filter(isOfOutbox).sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));

/** The orders of an outbox row: messages with their workers. */
export const ordersOf = (row: Row | undefined): { worker: string; message: object }[] =>
  JSON.parse(String(row?.orders ?? '[]'));
