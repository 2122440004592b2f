import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listDeviceEvents } from '../../shared/movements/list.ts';
import { aboutEvents, eventFilters, GeofenceEvent } from '../../shared/movements/wire.ts';
import { givenId } from '../../shared/wire/id.ts';
import { isInOrder, notInOrder, spanOf } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/events',
  operationId: 'listDeviceEvents',
  summary: 'List what a device did at geofences, the newest first',
  description: aboutEvents,
  scope: 'devices:read',
  uses: { events: listDeviceEvents },
  query: listQuery({
    ...eventFilters,
    geofenceId: givenId().optional().meta({ names: 'geofence' }),
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(GeofenceEvent, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, caller, events }) => {
  const { type, geofenceId, late } = query;
  const asked = { type, geofenceId, late, occurred: spanOf(query) };
  return { status: 200, page: await events.list(caller, params.id, asked, page) };
});
