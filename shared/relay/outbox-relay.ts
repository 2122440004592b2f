import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import type { RelayAgainMessage } from '../messages/relay-again.ts';
import type { Order, OrderInLine } from '../queue/message.ts';
import { sendInLine, sendTo } from '../queue/sender.ts';
import { keyOf } from '../table/key.ts';
import { Table } from '../table/table.ts';
import { sideBySide } from '../worker/side-by-side.ts';

/** The part of an outbox row that holds its orders. */
export const OutboxRow = z.object({ orders: z.string().optional() });

const Orders = z.array(
  z.object({
    worker: z.string(),
    message: z.looseObject({}),
    // Of orders for a queue that is FIFO.
    group: z.string().optional(),
    name: z.string().optional(),
  }),
);

/** Sends the orders of outbox rows to the queues of their workers. */
async function handOn({ orders = '[]' }: z.output<typeof OutboxRow>): Promise<void> {
  const all = Orders.parse(JSON.parse(orders)) as readonly object[] as readonly (Order | OrderInLine)[];
  const send = (order: Order | OrderInLine) => ('group' in order ? sendInLine(order) : sendTo(order));
  await sideBySide(all, send, Number.POSITIVE_INFINITY);
}

export const outboxRelay = defineCapability({ relays: 'handsTo', open: () => ({ handOn }) });

const main = new Table('main');

/** The row that was set aside; undefined if it was deleted with its workspace, or after the retention of its plan. */
async function find(keys: RelayAgainMessage): Promise<z.output<typeof OutboxRow> | undefined> {
  const row = await main.get(keyOf(keys));
  if (row) return OutboxRow.parse(row);
  log().warn('row set aside is gone', { ...keys });
  return undefined;
}

export const setAsideRows = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => ({ find }),
});
