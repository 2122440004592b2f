import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Sensor, SensorDraft, sensors } from '../../shared/topology/sensors.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/sensors',
  operationId: 'createSensor',
  summary: 'Create a sensor',
  description:
    'No two sensors of a component have the same `key`. A component has at most 100 sensors. `min` and `max` say what is ' +
    'plausible: readings outside of them are refused.',
  scope: 'topology:write',
  uses: { sensors: creates(sensors) },
  body: SensorDraft,
  success: { 201: Sensor },
  entityTag: false,
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, sensors }) => ({
  status: 201,
  body: await sensors.create(caller, body, once),
}));
