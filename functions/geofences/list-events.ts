import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listGeofenceEvents } from '../../shared/movements/list.ts';
import { aboutEvents, eventFilters, GeofenceEvent } from '../../shared/movements/wire.ts';
import { givenId } from '../../shared/wire/id.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';
import { isInOrder, notInOrder, spanOf } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences/{id}/events',
  operationId: 'listGeofenceEvents',
  summary: 'List what devices did at a geofence, the newest first',
  description: aboutEvents,
  scope: 'geofences:read',
  uses: { events: listGeofenceEvents },
  query: listQuery({
    ...eventFilters,
    deviceId: givenId().optional().meta({ names: 'device' }),
    actionFired: queryBoolean().optional().meta({ description: 'Whether the action of the geofence ran.' }),
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(GeofenceEvent, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, caller, events }) => {
  const { type, deviceId, actionFired, late } = query;
  const asked = { type, deviceId, actionFired, late, occurred: spanOf(query) };
  return { status: 200, page: await events.list(caller, params.id, asked, page) };
});
