import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Sensor, sensors } from '../../shared/topology/sensors.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/sensors/{id}',
  operationId: 'getSensor',
  summary: 'Get a sensor',
  scope: 'topology:read',
  uses: { sensors: gets(sensors) },
  success: { 200: Sensor },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, sensors }) => ({
  status: 200,
  body: await sensors.get(tenant, params.id),
}));
