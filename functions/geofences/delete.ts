import { deleteGeofences } from '../../shared/geofences/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/geofences/{id}',
  operationId: 'deleteGeofence',
  summary: 'Delete a geofence permanently',
  scope: 'geofences:delete',
  uses: { geofences: deleteGeofences },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, geofences }) => {
  await geofences.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
