import { Health, readHealth } from '../../shared/devices/health.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/health',
  operationId: 'getDeviceHealth',
  summary: 'Get what a device last reported about itself',
  description: 'All fields of the report are null before the first one.',
  scope: 'devices:read',
  uses: { health: readHealth },
  success: { 200: Health },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, health }) => ({
  status: 200,
  body: await health.of(caller, params.id),
}));
