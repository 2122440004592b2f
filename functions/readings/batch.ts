import { defineRoute } from '../../shared/http/route.ts';
import { cutHeaders } from '../../shared/http/series.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerBatches } from '../../shared/readings/batch.ts';
import { BatchQuestion } from '../../shared/readings/batch-wire.ts';
import { BatchAnswer } from '../../shared/readings/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/readings/batch',
  operationId: 'queryReadings',
  summary: 'Read, aggregate or summarize the readings of many sensors',
  description:
    'Asks the same of up to 50 sensors. Each result is what `GET /readings/raw`, `/readings/aggregated` or ' +
    '`/readings/stats` answers for its sensor. All sensors together may have 20,000 points or buckets. Use a ' +
    '`nextCursor` with `GET /readings/raw`, with the same sensor, span and order. If buckets make the answer too large, it ' +
    'has the header `X-Page-Cut`, and the last sensors have no result: ask again for these. If there is only one result, it ' +
    'may be cut itself: ask for its sensor too, from the start of its last bucket.',
  scope: 'readings:read',
  uses: { readings: answerBatches },
  body: BatchQuestion,
  success: { 200: BatchAnswer },
  problems: ['NOT_FOUND'],
  timeoutSeconds: 20,
});

export const handler = serve(route, async ({ body, tenant, readings }) => {
  const { results, isCut } = await readings.answer(tenant, body);
  return { status: 200, headers: cutHeaders(isCut), body: { results } };
});
