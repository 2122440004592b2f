import { tryChannels } from '../../shared/channels/try.ts';
import { ChannelTest } from '../../shared/channels/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/notification-channels/{id}/test',
  operationId: 'testNotificationChannel',
  summary: 'Send a test message through a notification channel',
  description:
    'It is sent whether the channel is `enabled` or not, and counts like every message. `sent` means that the mail server ' +
    'has accepted the mail, or that the webhook has a delivery, of type `webhook.test`, whose log shows the result. `error` is ' +
    '`channel_limit`, `email_limit`, `email_not_sent`, `email_not_configured`, `webhook_inactive` or `unknown_webhook`.',
  scope: 'alerting:write',
  uses: { channels: tryChannels },
  success: { 200: ChannelTest },
  problems: ['NOT_FOUND'],
  idempotent: true,
  timeoutSeconds: 20,
});

export const handler = serve(route, async ({ params, caller, once, channels }) => ({
  status: 200,
  body: await channels.tryOut(caller, params.id, once),
}));
