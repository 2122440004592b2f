import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeviceGroup, deviceGroups } from '../../shared/topology/device-groups.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/device-groups/{id}',
  operationId: 'getDeviceGroup',
  summary: 'Get a device group',
  scope: 'topology:read',
  uses: { groups: gets(deviceGroups) },
  success: { 200: DeviceGroup },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, groups }) => ({
  status: 200,
  body: await groups.get(tenant, params.id),
}));
