import { channels } from '../../shared/channels/kind.ts';
import { Channel } from '../../shared/channels/wire.ts';
import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/notification-channels/{id}',
  operationId: 'getNotificationChannel',
  summary: 'Get a notification channel',
  scope: 'alerts:read',
  uses: { channels: gets(channels) },
  success: { 200: Channel },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, channels }) => ({
  status: 200,
  body: await channels.get(tenant, params.id),
}));
