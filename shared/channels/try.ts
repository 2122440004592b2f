import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import type { Once } from '../http/once.ts';
import { recordEvent } from '../outbox/event.ts';
import { createdAtOf } from '../table/ids.ts';
import { Transaction } from '../table/transaction.ts';
import { channels } from './kind.ts';
import { sending, sendThrough } from './send.ts';
import type { ChannelTest } from './wire.ts';

/**
 * Sends a test message through a channel, whether it is enabled or not.
 *
 * @throws NOT_FOUND
 */
async function tryOut(caller: Caller, id: string, once: Once): Promise<z.input<typeof ChannelTest>> {
  const { tenant, workspace } = caller;
  const channel = await requireEntity(channels, tenant, id);
  const { name } = channel.values;
  const eventId = once.objectId;
  once.begin();
  const data = JSON.stringify({ message: 'test' });
  const event = { id: eventId, type: 'webhook.test', happenedAt: createdAtOf(eventId), data } as const;
  const text = `This is a test message. The notification channel "${name}" of the workspace "${workspace.name}" works.`;
  const failed = await sendThrough(tenant, channel, { subject: `Test of the channel ${name}`, text, event });
  const body = { sent: !failed, error: failed?.error ?? null };
  const transaction = new Transaction();
  recordEvent(transaction, caller, {
    action: 'notification_channel.test',
    resourceType: channels.name,
    resourceId: id,
    changes: { sent: [null, body.sent] },
  });
  once.record(transaction, { status: 200, body });
  await transaction.commit();
  return body;
}

export const tryChannels = defineCapability({
  ...sending,
  tables: together([sending.tables, { main: ['GetItem', 'PutItem'], access: ['UpdateItem'] }]),
  raises: ['NOT_FOUND'],
  open: () => ({ tryOut }),
});
