import { changeGeofences } from '../../shared/geofences/update.ts';
import { Geofence, GeofenceDraft } from '../../shared/geofences/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/api/v1/geofences/{id}',
  operationId: 'replaceGeofence',
  summary: 'Replace a geofence',
  description: 'Send the whole object: optional fields that are absent return to their defaults.',
  scope: 'geofences:write',
  uses: { geofences: changeGeofences },
  body: GeofenceDraft,
  success: { 200: Geofence },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'EXTERNAL_ID_EXISTS', 'QUOTA_EXCEEDED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, geofences }) => ({
  status: 200,
  body: await geofences.update(caller, params.id, body, 'replace', ifMatch),
}));
