import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { ExplainRequest, Explanation } from '../../shared/simulation/explain-wire.ts';
import { explainGeofences } from '../../shared/simulation/explainer.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/explain',
  operationId: 'explainGeofences',
  summary: 'Explain why a point is in a geofence or not',
  description:
    'Shows which cells of the index were read, what they contain, how far the edge is, and what a point of the device would cause ' +
    'there; without a device, what the first point of a new device would cause. If the device has newer points than `at`, its state ' +
    'before that instant is used, as for a late point. Nothing is stored.',
  scope: 'geofences:read',
  uses: { geofences: explainGeofences },
  body: ExplainRequest,
  success: { 200: Explanation },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ body, caller, geofences }) => ({
  status: 200,
  body: await geofences.explain(caller, body),
}));
