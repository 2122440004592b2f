import type { Addressee, Tables } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { countAgainst, undoCounts, unlessLimited } from '../limits/limiter.ts';
import { type MailFault, sendOwnMail } from '../mail/own-mail.ts';
import { AttemptMessage } from '../messages/webhooks.ts';
import type { Published } from '../outbox/publish.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { Table } from '../table/table.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { bodyOf } from '../webhooks/body.ts';
import { countDeliveries, deliver, tablesOfDelivery } from '../webhooks/deliver.ts';
import { type ThinWebhook, webhooks } from '../webhooks/kind.ts';
import { takesEvents } from '../wire/webhook-kind.ts';
import type { Channel } from './kind.ts';

/** Sending a message through a notification channel. Everything that sends through channels does it here. */

const main = new Table('main');

/** The content of a message: mails contain the text, webhooks get the event. */
export interface Notification {
  readonly subject: string;
  readonly text: string;
  /** Its id is the id of the delivery, so a webhook gets the event only once. */
  readonly event: Omit<Published, 'about' | 'publishedAt'>;
}

type ChannelFault = MailFault | 'channel_limit' | 'webhook_inactive' | 'unknown_webhook';

/** Why a message was not sent, and whether a retry may succeed. */
export interface NotSent {
  readonly error: ChannelFault;
  readonly isRetryable: boolean;
}

const notSent = (error: ChannelFault): NotSent => ({ error, isRetryable: false });

/**
 * Sends a message through a channel, even if the channel is disabled. At most 60 messages an hour are sent through one
 * channel. A retry may send a mail twice; the delivery of a webhook is created once, and then retried and logged like
 * all others of the webhook.
 *
 * @returns undefined if it was sent, or handed to the webhook
 */
export async function sendThrough(
  tenant: Tenant,
  { id, values }: Pick<Channel, 'id' | 'values'>,
  message: Notification,
): Promise<NotSent | undefined> {
  const counted = await countAgainst(tenant.reference, [{ policy: 'channel', subject: id }]).catch(unlessLimited);
  if (!counted) return notSent('channel_limit');
  const { to = [], webhookId = '' } = values.config;
  const failed =
    values.type === 'EMAIL'
      ? await sendOwnMail(tenant.reference, to, message)
      : await handTo(tenant, webhookId, message.event);
  if (failed) await undoCounts(counted);
  return failed;
}

/** Creates a delivery, whatever `events` and `filter` of the webhook say. */
async function handTo(tenant: Tenant, webhookId: string, event: Notification['event']): Promise<NotSent | undefined> {
  const { reference, plan } = tenant;
  const webhook = await main.get<ThinWebhook>(entityKeys.thin(reference, webhooks.name, webhookId));
  if (!webhook || !takesEvents(webhook)) return notSent('unknown_webhook');
  if (!webhook.is_active) return notSent('webhook_inactive');
  const subscriber = { sk: webhookId, is_active: true };
  const isNew = await deliver(reference, subscriber, event, bodyOf(tenant.id, event), loggedUntil(plan, Date.now()));
  if (isNew) await countDeliveries(reference, 1);
  return undefined;
}

/** The declarations of a capability that sends through channels. */
export const sending = {
  tables: together([tablesOfDelivery, { main: ['GetItem'], access: ['UpdateItem'] }]) as Tables,
  settings: ['MAIL_FROM'],
  mails: true,
  sendsTo: [AttemptMessage] as readonly Addressee[],
  defersTo: [AttemptMessage] as readonly Addressee[],
} as const;
