import { channels } from '../../shared/channels/kind.ts';
import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/notification-channels/{id}',
  operationId: 'deleteNotificationChannel',
  summary: 'Delete a notification channel permanently',
  description:
    'Refused with `IN_USE` while a step of a workflow names it; `details.references` names the workflows. Actions of ' +
    'geofences that name it send nothing through it any more.',
  scope: 'alerting:delete',
  uses: { channels: deletes(channels) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, channels }) => {
  await channels.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
