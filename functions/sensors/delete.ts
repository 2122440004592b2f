import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { sensors } from '../../shared/topology/sensors.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/sensors/{id}',
  operationId: 'deleteSensor',
  summary: 'Delete a sensor permanently',
  description: 'Its readings can no longer be read. Refused with `IN_USE` while alert rules name the sensor.',
  scope: 'topology:delete',
  uses: { sensors: deletes(sensors) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, sensors }) => {
  await sensors.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
