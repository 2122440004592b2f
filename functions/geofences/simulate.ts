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
    'Returns the events that a device would have caused if each point had arrived when it was recorded, by the same rules as for ' +
    'live points. After the last point of a track the device counts as silent, so timers of dwells and exits still fire; with stored ' +
    'points, only timers that are due until `to`. Nothing is stored or sent. Geofences with the status `inactive` are ignored. ' +
    'At most 100,000 stored points; counting them ends soon after that many, so `requested_items` may be too low.',
  scope: 'geofences:read',
  limit: 'simulate',
  uses: { geofences: simulateGeofences },
  body: SimulationRequest,
  success: { 200: Simulation },
  problems: ['NOT_FOUND', 'BATCH_TOO_LARGE', 'RATE_LIMIT_EXCEEDED'],
  // Enough for geofences with thousands of positions; stored points come by pages.
  memoryMegabytes: 1024,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body, caller, geofences }) => ({
  status: 200,
  body: await geofences.simulate(caller, body),
}));
