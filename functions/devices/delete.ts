import { devices } from '../../shared/devices/devices.ts';
import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/devices/{id}',
  operationId: 'deleteDevice',
  summary: 'Delete a device permanently',
  description:
    'Its certificates and tokens are revoked within minutes. Its history is kept for as long as the plan says.',
  scope: 'devices:delete',
  uses: { devices: deletes(devices) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, devices }) => {
  await devices.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
