import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readInbox } from '../../shared/notifications/inbox.ts';
import { Notification } from '../../shared/notifications/notification.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/account/notifications',
  operationId: 'listNotifications',
  summary: 'List your notifications, newest first',
  description:
    'They are kept for 90 days. You choose which ones you get in `notification_preferences` of your account.',
  scope: 'account:read',
  uses: { inbox: readInbox },
  query: listQuery({ unread_only: queryBoolean().default(false) }),
  success: { 200: listOf(Notification, 'snake_case') },
  problems: ['FORBIDDEN'],
});

export const handler = serve(route, async ({ query, page, caller, inbox }) => ({
  status: 200,
  page: await inbox.list(caller, query.unread_only, page),
}));
