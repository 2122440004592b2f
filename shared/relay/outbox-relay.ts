import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import { mailWorker } from '../messages/mail.ts';
import type { RelayAgainMessage } from '../messages/relay-again.ts';
import { sweepWorker } from '../messages/sweep-cells.ts';
import { unlinkWorker } from '../messages/unlink.ts';
import { notifyWorker } from '../notifications/notify-message.ts';
import { sendTo } from '../queue/sender.ts';
import { keyOf } from '../table/keys.ts';
import { Table } from '../table/table.ts';

/** The part of an outbox row that says whom to tell. */
export const OutboxRow = z.object({ worker: z.string().optional(), message: z.string().optional() });

/** Hands messages of outbox rows to the queues of their workers. */
export const outboxRelay = defineCapability({
  sendsTo: [mailWorker, notifyWorker, sweepWorker, unlinkWorker],
  open: () => ({
    handOn: async (row: z.output<typeof OutboxRow>): Promise<void> => {
      if (row.worker && row.message) await sendTo(row.worker, JSON.parse(row.message));
    },
  }),
});

const main = new Table('main');

/** The row that was set aside; undefined where it has gone with its workspace, or with the retention of its plan. */
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
