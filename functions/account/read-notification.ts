import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { markNotification } from '../../shared/notifications/mark-one.ts';
import { Notification } from '../../shared/notifications/notification.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/account/notifications/{id}/read',
  operationId: 'readNotification',
  summary: 'Mark a notification as read',
  description: 'A notification that was read before keeps its `read_at`.',
  scope: 'account:write',
  uses: { notifications: markNotification },
  success: { 200: Notification },
  problems: ['FORBIDDEN', 'NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, notifications }) => ({
  status: 200,
  body: await notifications.read(caller, params.id),
}));
