import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Sensor, SensorPatch, sensors } from '../../shared/topology/sensors.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/sensors/{id}',
  operationId: 'patchSensor',
  summary: 'Change the given fields of a sensor',
  description:
    'Absent fields stay as they are, `null` clears a field that may be empty, `metadata` is replaced whole. Component, key ' +
    'and type are fixed.',
  scope: 'topology:write',
  uses: { sensors: patches(sensors) },
  body: SensorPatch,
  success: { 200: Sensor },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, sensors }) => ({
  status: 200,
  body: await sensors.patch(caller, params.id, body, ifMatch),
}));
