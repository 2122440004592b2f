import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeviceGroup, DeviceGroupPatch, deviceGroups } from '../../shared/topology/device-groups.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/device-groups/{id}',
  operationId: 'patchDeviceGroup',
  summary: 'Change the given fields of a device group',
  description:
    'Absent fields stay as they are, `null` clears a field that may be empty, `query` and `deviceIds` are replaced whole.',
  scope: 'topology:write',
  uses: { groups: patches(deviceGroups) },
  body: DeviceGroupPatch,
  success: { 200: DeviceGroup },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, groups }) => ({
  status: 200,
  body: await groups.patch(caller, params.id, body, ifMatch),
}));
