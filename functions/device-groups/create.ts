import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeviceGroup, DeviceGroupDraft, deviceGroups } from '../../shared/topology/device-groups.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/device-groups',
  operationId: 'createDeviceGroup',
  summary: 'Create a device group',
  description:
    'Its members are the devices that `query` finds and those of `deviceIds`. No two groups have the same `name`. ' +
    'Ids of entities that are deleted later stay in the group and match no device.',
  scope: 'topology:write',
  uses: { groups: creates(deviceGroups) },
  body: DeviceGroupDraft,
  success: { 201: DeviceGroup },
  entityTag: false,
  problems: ['CONFLICT'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, groups }) => ({
  status: 201,
  body: await groups.create(caller, body, once),
}));
