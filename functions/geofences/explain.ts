import { explainGeofences } from '../../shared/geofences/explainer.ts';
import { ExplainRequest, Explanation } from '../../shared/geofences/insight-wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/explain',
  operationId: 'explainGeofences',
  summary: 'Explain why a point is in a geofence or not',
  description:
    'Shows which cells of the index were read, what they held, how far the edge is, and what the first point of a new device would cause there.',
  scope: 'geofences:read',
  uses: { geofences: explainGeofences },
  body: ExplainRequest,
  success: { 200: Explanation },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ body, tenant, geofences }) => ({
  status: 200,
  body: await geofences.explain(tenant, body),
}));
