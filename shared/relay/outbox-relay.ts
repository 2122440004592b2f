import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { mailWorker } from '../messages/mail.ts';
import { sweepWorker } from '../messages/sweep-cells.ts';
import { notifyWorker } from '../notifications/notify-message.ts';
import { sendTo } from '../queue/sender.ts';

/** The part of an outbox row that says whom to tell. */
export const OutboxRow = z.object({ worker: z.string().optional(), message: z.string().optional() });

/** Hands messages of outbox rows to the queues of their workers. */
export const outboxRelay = defineCapability({
  sendsTo: [mailWorker, notifyWorker, sweepWorker],
  open: () => ({
    handOn: async (row: z.output<typeof OutboxRow>): Promise<void> => {
      if (row.worker && row.message) await sendTo(row.worker, JSON.parse(row.message));
    },
  }),
});
