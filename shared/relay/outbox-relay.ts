import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { sendWorker } from '../messages/commands.ts';
import { mailWorker } from '../messages/mail.ts';
import { retireDeviceWorker } from '../messages/retire-device.ts';
import { revokeWorker } from '../messages/revoke-certificate.ts';
import { sweepWorker } from '../messages/sweep-cells.ts';
import { unlinkWorker } from '../messages/unlink.ts';
import { notifyWorker } from '../notifications/notify-message.ts';
import type { HandOver } from '../outbox/event.ts';
import { sendTo } from '../queue/sender.ts';

/** The part of an outbox row that says whom to tell. */
export const OutboxRow = z.object({
  worker: z.string().optional(),
  message: z.string().optional(),
  others: z.string().optional(),
});

/** Hands messages of outbox rows to the queues of their workers. */
export const outboxRelay = defineCapability({
  sendsTo: [mailWorker, notifyWorker, retireDeviceWorker, revokeWorker, sendWorker, sweepWorker, unlinkWorker],
  open: () => ({
    handOn: async (row: z.output<typeof OutboxRow>): Promise<void> => {
      if (row.worker && row.message) await sendTo(row.worker, JSON.parse(row.message));
      for (const { worker, message } of JSON.parse(row.others ?? '[]') as HandOver[]) await sendTo(worker, message);
    },
  }),
});
