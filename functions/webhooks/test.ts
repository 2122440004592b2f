import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { type EventType, eventTypes } from '../../shared/outbox/event-types.ts';
import { TestResult } from '../../shared/webhooks/delivery-wire.ts';
import { samplesFile, tryWebhooks } from '../../shared/webhooks/try.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

const types = Object.keys(eventTypes) as [EventType, ...EventType[]];

const TestRequest = strictObject(whenMade({ event_type: z.enum(types).default('webhook.test') })).meta({
  id: 'WebhookTestRequest',
  example: { event_type: 'geofence.enter' },
});

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/webhooks/{id}/test',
  operationId: 'testWebhook',
  summary: 'Call the target of a webhook once, with an example of an event',
  description:
    'One signed attempt, which takes at most 15 seconds. It is made for inactive webhooks too, whatever `events` and `filter` say; ' +
    'it is not listed as a delivery, not counted and not retried.',
  scope: 'webhooks:write',
  uses: { webhooks: tryWebhooks },
  body: TestRequest,
  success: { 200: TestResult },
  problems: ['NOT_FOUND'],
  assets: [samplesFile],
  timeoutSeconds: 20,
});

export const handler = serve(route, async ({ body, params, tenant, webhooks }) => ({
  status: 200,
  body: await webhooks.tryOut(tenant, params.id, body.event_type),
}));
