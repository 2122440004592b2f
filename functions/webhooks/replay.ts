import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { replayDeliveries } from '../../shared/webhooks/resend.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { givenInstant, strictObject } from '../../shared/wire/schema.ts';

const longestMilliseconds = 31 * 86_400_000;

const ReplayRequest = strictObject(
  whenMade({
    from: givenInstant(),
    to: givenInstant(),
    status: z.enum(['undelivered', 'all']).default('undelivered'),
  }),
)
  .refine(({ from, to }) => from <= to, {
    path: ['to'],
    message: 'Should not be before "from"',
    params: { type: 'conflict' },
  })
  .refine(({ from, to }) => to - from <= longestMilliseconds, {
    path: ['to'],
    message: 'Should be at most 31 days after "from"',
    params: { type: 'too_large' },
  })
  .meta({ id: 'WebhookReplayRequest', example: { from: '2026-03-22T00:00:00Z', to: '2026-03-22T12:00:00Z' } });

const ReplayResult = z
  .object({ queued: z.int(), has_more: z.boolean() })
  .meta({ id: 'WebhookReplayResult', example: { queued: 118, has_more: false } });

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/webhooks/{id}/replay',
  operationId: 'replayWebhookDeliveries',
  summary: 'Send the deliveries of a span of time again, oldest first',
  description:
    'Sends deliveries that were created from `from` to `to`, which are at most 31 days apart: with `undelivered` those that are `dead` ' +
    'or `skipped`, with `all` every one. At most 10,000 are sent again; if `has_more` is true, continue with a later `from`. ' +
    'Refused while the webhook is inactive. A receiver recognises a repeated event by its `webhook-id`.',
  scope: 'webhooks:write',
  uses: { deliveries: replayDeliveries },
  body: ReplayRequest,
  success: { 202: ReplayResult },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  idempotent: true,
  timeoutSeconds: 20,
});

export const handler = serve(route, async ({ body, params, caller, once, request, deliveries }) => {
  const headers = { Location: `${request.origin}/api/v1/webhooks/${params.id}/deliveries` };
  const asked = { created: { from: body.from, to: body.to }, of: body.status };
  return { status: 202, body: await deliveries.replay(caller, params.id, asked, headers, once), headers };
});
