import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { GeofenceEvent } from '../../shared/movements/event.ts';
import { listDeviceEvents } from '../../shared/movements/list.ts';
import { transitionTypes } from '../../shared/transitions/transition.ts';
import { givenId } from '../../shared/wire/id.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/events',
  operationId: 'listDeviceEvents',
  summary: 'List what a device did at geofences, the newest first',
  description:
    'Entries, exits, dwells and crossings by `occurredAt`, the times of the points. An event that later data has moved has ' +
    '`supersededBy`; one that is `retracted` says that the event in `supersedes` did not happen.',
  scope: 'devices:read',
  uses: { events: listDeviceEvents },
  query: listQuery({
    type: z.enum(transitionTypes).optional(),
    geofenceId: givenId().optional().meta({ names: 'geofence' }),
    late: queryBoolean().optional().meta({ description: 'Whether points that came late have shown it.' }),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(GeofenceEvent, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, caller, events }) => {
  const { type, geofenceId, late } = query;
  const asked = { type, geofenceId, late, occurred: spanOf(query) };
  return { status: 200, page: await events.list(caller, params.id, asked, page) };
});
