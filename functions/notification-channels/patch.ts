import { channels } from '../../shared/channels/kind.ts';
import { Channel, ChannelPatch } from '../../shared/channels/wire.ts';
import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/notification-channels/{id}',
  operationId: 'patchNotificationChannel',
  summary: 'Change the given fields of a notification channel',
  description:
    'Absent fields stay as they are. `config` is replaced whole; `type` never changes. Nothing is sent through a channel ' +
    'that is not `enabled`, except tests.',
  scope: 'alerting:write',
  uses: { channels: patches(channels) },
  body: ChannelPatch,
  success: { 200: Channel },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, channels }) => ({
  status: 200,
  body: await channels.patch(caller, params.id, body, ifMatch),
}));
