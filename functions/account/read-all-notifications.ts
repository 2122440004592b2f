import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { markAllNotifications } from '../../shared/notifications/mark-all.ts';

const NotificationsRead = z
  .object({ updated: z.int().min(0).meta({ description: 'How many notifications were unread.' }) })
  .meta({ id: 'NotificationsRead', example: { updated: 4 } });

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/account/notifications/read-all',
  operationId: 'readAllNotifications',
  summary: 'Mark all your notifications as read',
  scope: 'account:write',
  uses: { notifications: markAllNotifications },
  success: { 200: NotificationsRead },
  problems: ['FORBIDDEN'],
  timeoutSeconds: 20,
});

export const handler = serve(route, async ({ caller, notifications }) => ({
  status: 200,
  body: { updated: await notifications.readAll(caller) },
}));
