import { searchQuery } from '../../shared/entity/filters.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeviceGroup, deviceGroups } from '../../shared/topology/device-groups.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/device-groups',
  operationId: 'listDeviceGroups',
  summary: 'List device groups, newest first',
  scope: 'topology:read',
  uses: { groups: lists(deviceGroups) },
  query: listQuery({ search: searchQuery() }),
  success: { 200: listOf(DeviceGroup, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, groups }) => ({
  status: 200,
  page: await groups.list(tenant, query, page),
}));
