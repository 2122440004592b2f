import { createGeofences } from '../../shared/geofences/create.ts';
import { Geofence, GeofenceDraft } from '../../shared/geofences/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences',
  operationId: 'createGeofence',
  summary: 'Create a geofence',
  description:
    'Give a circle as `latitude`, `longitude` and `radiusMeters`, or any shape as `geometry`. `check` finds the geofence at once. ' +
    'In `action.run`, a `command` needs the scope `devices:command`, and a `workflow` the scope `workflows:execute`.',
  scope: 'geofences:write',
  uses: { geofences: createGeofences },
  body: GeofenceDraft,
  success: { 201: Geofence },
  invalid: 400,
  problems: ['QUOTA_EXCEEDED', 'EXTERNAL_ID_EXISTS'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, geofences }) => ({
  status: 201,
  body: await geofences.create(caller, body, once),
}));
