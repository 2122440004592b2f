import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deviceGroups } from '../../shared/topology/device-groups.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/device-groups/{id}',
  operationId: 'deleteDeviceGroup',
  summary: 'Delete a device group permanently',
  description: 'Refused with `IN_USE` while desired-state bindings or alert rules name the group.',
  scope: 'topology:delete',
  uses: { groups: deletes(deviceGroups) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, groups }) => {
  await groups.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
