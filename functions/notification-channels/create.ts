import { channels } from '../../shared/channels/kind.ts';
import { Channel, ChannelDraft } from '../../shared/channels/wire.ts';
import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/notification-channels',
  operationId: 'createNotificationChannel',
  summary: 'Create a notification channel',
  description:
    '`config` of an `EMAIL` channel is `{ "to": […] }`, 1 to 20 addresses; that of a `WEBHOOK` channel is `{ "webhookId" }`: ' +
    'messages are sent, retried and logged as deliveries of that webhook, whatever its `events` say. At most 60 messages ' +
    'an hour are sent through a channel, and mails to at most 1000 addressees a day in the whole workspace.',
  scope: 'alerting:write',
  uses: { channels: creates(channels) },
  body: ChannelDraft,
  success: { 201: Channel },
  problems: [],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, channels }) => ({
  status: 201,
  body: await channels.create(caller, body, once),
}));
