import { defineRoute } from '../../shared/http/route.ts';
import { cutHeaders, positionIn, renderSeries } from '../../shared/http/series.ts';
import { serve } from '../../shared/http/serve.ts';
import { readRaw } from '../../shared/readings/query.ts';
import { RawQuery } from '../../shared/readings/query-wire.ts';
import { RawReadings } from '../../shared/readings/wire.ts';
import { openSpanOf } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/readings/raw',
  operationId: 'listRawReadings',
  summary: 'Read what a sensor has measured',
  description:
    'Readings are kept for as long as the workspace and its plan say. The newest come first by default. The end ' +
    '`to` of the span is exclusive.',
  scope: 'readings:read',
  uses: { readings: readRaw },
  query: RawQuery,
  success: { 200: RawReadings },
  problems: ['NOT_FOUND', 'CURSOR_INVALID'],
});

export const handler = serve(route, async ({ query, tenant, request, readings }) => {
  const scope = { operationId: route.operationId, tenant, request };
  const { sensorId, order, limit } = query;
  const asked = { span: openSpanOf(query), order, limit, after: positionIn(scope, query) };
  const { isCut, ...page } = renderSeries(scope, await readings.page(tenant, sensorId, asked));
  return { status: 200, headers: cutHeaders(isCut), body: { sensorId, ...page } };
});
