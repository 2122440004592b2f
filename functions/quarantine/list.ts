import * as z from 'zod';
import { idOf } from '../../shared/entity/fields.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listQuarantine } from '../../shared/quarantine/items.ts';
import { CauseName, ItemStatusName, QuarantineItem } from '../../shared/quarantine/wire.ts';
import { deviceTarget } from '../../shared/topology/device-terms.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/quarantine',
  operationId: 'listQuarantineItems',
  summary: 'List refused messages of devices, newest first',
  description:
    'One item for each refused reading, point or message, however often it was delivered. Items are kept for 30 days. ' +
    'Beyond 1,000 items of a device in an hour, further refusals are only counted: see the summary. When a ' +
    'device is deleted, its items are deleted within minutes.',
  scope: 'quarantine:read',
  uses: { quarantine: listQuarantine },
  query: listQuery({
    cause: CauseName.optional(),
    deviceId: idOf(deviceTarget).optional(),
    key: z.string().min(1).max(255).optional(),
    status: ItemStatusName.default('OPEN'),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(QuarantineItem, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, quarantine }) => {
  const { cause, deviceId, key, status } = query;
  const filters = { cause, deviceId, key, status, received: spanOf(query) };
  return { status: 200, page: await quarantine.list(tenant, filters, page) };
});
