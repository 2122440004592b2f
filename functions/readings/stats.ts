import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readAggregates } from '../../shared/readings/query.ts';
import { StatsQuery } from '../../shared/readings/query-wire.ts';
import { ReadingStats } from '../../shared/readings/wire.ts';
import { openSpanOf } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/readings/stats',
  operationId: 'summarizeReadings',
  summary: 'Summarize the readings of a sensor',
  description:
    'Counts all readings of the span, whose end `to` is exclusive. When single readings are not kept any more, only whole ' +
    'hours count, for ten years.',
  scope: 'readings:read',
  uses: { readings: readAggregates },
  query: StatsQuery,
  success: { 200: ReadingStats },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ query, tenant, readings }) => ({
  status: 200,
  body: await readings.stats(tenant, query.sensorId, openSpanOf(query)),
}));
