import { RelayAgainMessage } from '../messages/relay-again.ts';
import { sendTo } from '../queue/sender.ts';
import { outboxSuffix } from '../table/keys/outbox.ts';
import { scanEnding } from '../table/scan.ts';
import { Table } from '../table/table.ts';
import { concurrently } from '../worker/concurrently.ts';

const main = new Table('main');

/**
 * Relays all rows of the outbox again that were written in a span. It is for an outage of the relay that was longer
 * than the retention of the stream. Rows that were relayed before have no second effect, except for mails.
 *
 * @param from milliseconds since 1970, like `to`
 * @param sent reports for how many rows a message was sent so far
 * @returns how many rows there are
 */
export async function redriveOutbox(from: number, to: number, sent: (rows: number) => void): Promise<number> {
  let rows = 0;
  for await (const keys of scanEnding(main, outboxSuffix, from, to)) {
    const ask = ({ pk, sk }: (typeof keys)[number]) => sendTo(RelayAgainMessage.order({ pk, sk }));
    await concurrently(keys, ask, Number.POSITIVE_INFINITY);
    rows += keys.length;
    if (keys.length > 0) sent(rows);
  }
  return rows;
}
