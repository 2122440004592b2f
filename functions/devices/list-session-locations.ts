import { Point } from '../../shared/devices/point.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { cutHeaders, positionIn, renderSeries, seriesOf, seriesQuery } from '../../shared/http/series.ts';
import { serve } from '../../shared/http/serve.ts';
import { readTracks } from '../../shared/trips/read.ts';
import { spanOf } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/sessions/{sessionId}/locations',
  operationId: 'listTrackingSessionLocations',
  summary: 'Read the points of a tracking session',
  description: 'In order of `recordedAt`, without points that were recorded during pauses.',
  scope: 'locations:read',
  uses: { trips: readTracks },
  query: seriesQuery({}),
  success: { 200: seriesOf(Point).meta({ id: 'PointSeries' }) },
  problems: ['NOT_FOUND', 'CURSOR_INVALID'],
});

export const handler = serve(route, async ({ params, query, caller, tenant, request, trips }) => {
  const scope = { operationId: route.operationId, tenant, request };
  const asked = { span: spanOf(query), limit: query.limit, after: positionIn(scope, query) };
  const { isCut, ...body } = renderSeries(scope, await trips.track(caller, params.id, params.sessionId, asked));
  return { status: 200, headers: cutHeaders(isCut), body };
});
