import { readDevice } from '../../shared/devices/visible.ts';
import { Device } from '../../shared/devices/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}',
  operationId: 'getDevice',
  summary: 'Get a device',
  scope: 'devices:read',
  uses: { devices: readDevice },
  success: { 200: Device },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, devices }) => ({
  status: 200,
  body: await devices.get(caller, params.id),
}));
