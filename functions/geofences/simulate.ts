import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { simulateGeofences } from '../../shared/simulation/simulator.ts';
import { Simulation, SimulationRequest } from '../../shared/simulation/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/simulate',
  operationId: 'simulateGeofences',
  summary: 'Run a track through geofences, stored or planned',
  description:
    'Tells the events that devices would have caused, by the very rules that live points go through, had each point come at once. ' +
    'After the last point a device is taken to be silent, so what comes of silence comes. Stores nothing, sends nothing; ' +
    'geofences with the status `inactive` take no part.',
  scope: 'geofences:read',
  limit: 'simulate',
  uses: { geofences: simulateGeofences },
  body: SimulationRequest,
  success: { 200: Simulation },
  problems: ['NOT_FOUND', 'BATCH_TOO_LARGE', 'RATE_LIMIT_EXCEEDED'],
  // 10,000 points through geofences of thousands of positions.
  memoryMegabytes: 1024,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body, tenant, geofences }) => ({
  status: 200,
  body: await geofences.simulate(tenant, body),
}));
