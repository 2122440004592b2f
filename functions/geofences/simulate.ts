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
    'Answers the events that a device would have caused if each point had arrived when it was made, by the same rules as for ' +
    'live points. After the last point the device counts as silent, so timers of dwells and exits still act. Nothing is stored ' +
    'or sent. Geofences with the status `inactive` take no part.',
  scope: 'geofences:read',
  limit: 'simulate',
  uses: { geofences: simulateGeofences },
  body: SimulationRequest,
  success: { 200: Simulation },
  problems: ['NOT_FOUND', 'BATCH_TOO_LARGE', 'RATE_LIMIT_EXCEEDED'],
  // Enough for 10,000 points and geofences with thousands of positions.
  memoryMegabytes: 1024,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body, tenant, geofences }) => ({
  status: 200,
  body: await geofences.simulate(tenant, body),
}));
