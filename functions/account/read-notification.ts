import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { writeInbox } from '../../shared/notifications/inbox.ts';
import { Notification } from '../../shared/notifications/notification.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/account/notifications/{id}/read',
  operationId: 'readNotification',
  summary: 'Mark a notification as read',
  description: 'One that was read before stays read since then.',
  scope: 'account:write',
  uses: { inbox: writeInbox },
  success: { 200: Notification },
  problems: ['FORBIDDEN', 'NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, inbox }) => ({
  status: 200,
  body: await inbox.read(caller, params.id),
}));
