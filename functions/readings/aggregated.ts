import { defineRoute } from '../../shared/http/route.ts';
import { cutHeaders } from '../../shared/http/series.ts';
import { serve } from '../../shared/http/serve.ts';
import { readAggregates } from '../../shared/readings/query.ts';
import { AggregatedQuery } from '../../shared/readings/query-wire.ts';
import { AggregatedReadings } from '../../shared/readings/wire.ts';
import { zonedSpanOf } from '../../shared/readings/zoned-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/readings/aggregated',
  operationId: 'aggregateReadings',
  summary: 'Aggregate the readings of a sensor',
  description:
    'Buckets begin at multiples of `interval` since 1970 in UTC, those of `1d` at midnight in `timezone`. They are cut to ' +
    'the span, whose end `to` is exclusive, and empty ones are left out. The buckets always match the stored readings. ' +
    'When single readings are not kept any more, only whole hours count, for ten years. A span may have 5,000 buckets. ' +
    'If texts make the answer too large, it ends early and has the header `X-Page-Cut`: ask again from the start of the ' +
    'last bucket.',
  scope: 'readings:read',
  uses: { readings: readAggregates },
  query: AggregatedQuery,
  success: { 200: AggregatedReadings },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ query, tenant, readings }) => {
  const { sensorId, interval, functions, timezone = 'UTC' } = query;
  const asked = { span: zonedSpanOf(query), interval, functions, timezone };
  const { body, isCut } = await readings.buckets(tenant, sensorId, asked);
  return { status: 200, headers: cutHeaders(isCut), body: { ...body, nextCursor: null } };
});
