import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { eventTypes } from '../../shared/outbox/event-types.ts';

const EventTypes = z.object({ data: z.array(z.object({ type: z.string(), description: z.string() })) }).meta({
  id: 'EventTypes',
  example: { data: [{ type: 'geofence.enter', description: eventTypes['geofence.enter'] }] },
});

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/webhooks/event-types',
  operationId: 'listEventTypes',
  summary: 'List the types of events that webhooks can get',
  scope: 'webhooks:read',
  uses: {},
  success: { 200: EventTypes },
  problems: [],
});

const data = Object.entries(eventTypes).map(([type, description]) => ({ type, description }));

export const handler = serve(route, async () => ({ status: 200, body: { data } }));
