import * as z from 'zod';
import { deleteGeofences } from '../../shared/geofences/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { givenId } from '../../shared/wire/id.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/geofences',
  operationId: 'removeGeofence',
  summary: 'Delete the geofence named in the query permanently',
  prefer: 'DELETE /api/v1/geofences/{id}',
  scope: 'geofences:delete',
  uses: { geofences: deleteGeofences },
  query: z.object({ id: givenId().meta({ names: 'geofence' }) }),
  success: {
    200: z
      .object({ success: z.literal(true), id: z.uuid() })
      .meta({ id: 'GeofenceRemoved', example: { success: true, id: '550e8400-e29b-41d4-a716-446655440000' } }),
  },
  invalid: 400,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ query: { id }, caller, ifMatch, geofences }) => {
  await geofences.delete(caller, id, ifMatch);
  return { status: 200, body: { success: true, id } };
});
