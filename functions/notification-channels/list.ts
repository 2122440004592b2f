import * as z from 'zod';
import { channels, channelTypes } from '../../shared/channels/kind.ts';
import { Channel } from '../../shared/channels/wire.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/notification-channels',
  operationId: 'listNotificationChannels',
  summary: 'List notification channels, newest first',
  scope: 'alerts:read',
  uses: { channels: lists(channels) },
  query: listQuery({ type: z.enum(channelTypes).optional() }),
  success: { 200: listOf(Channel, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, channels }) => ({
  status: 200,
  page: await channels.list(tenant, query, page),
}));
