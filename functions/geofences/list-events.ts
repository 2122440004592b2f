import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { GeofenceEvent } from '../../shared/movements/event.ts';
import { listGeofenceEvents } from '../../shared/movements/list.ts';
import { transitionTypes } from '../../shared/transitions/transition.ts';
import { givenId } from '../../shared/wire/id.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences/{id}/events',
  operationId: 'listGeofenceEvents',
  summary: 'List what devices did at a geofence, the newest first',
  description:
    'Entries, exits, dwells and crossings by `occurredAt`, the times of the points. An event that later data has moved has ' +
    '`supersededBy`; one that is `retracted` says that the event in `supersedes` did not happen.',
  scope: 'geofences:read',
  uses: { events: listGeofenceEvents },
  query: listQuery({
    type: z.enum(transitionTypes).optional(),
    deviceId: givenId().optional().meta({ names: 'device' }),
    actionFired: queryBoolean().optional().meta({ description: 'Whether the action of the geofence ran.' }),
    late: queryBoolean().optional().meta({ description: 'Whether points that came late have shown it.' }),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(GeofenceEvent, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, caller, events }) => {
  const { type, deviceId, actionFired, late } = query;
  const asked = { type, deviceId, actionFired, late, occurred: spanOf(query) };
  return { status: 200, page: await events.list(caller, params.id, asked, page) };
});
