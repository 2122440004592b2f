import * as z from 'zod';
import { Point } from '../../shared/devices/point.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { cutHeaders, positionIn, renderSeries, seriesOf, seriesQuery } from '../../shared/http/series.ts';
import { serve } from '../../shared/http/serve.ts';
import { readLocations } from '../../shared/locations/history.ts';
import { spanOf } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/locations',
  operationId: 'listDeviceLocations',
  summary: 'Read where a device was',
  description: 'Points are kept for as long as the workspace and its plan say. The newest come first by default.',
  scope: 'locations:read',
  uses: { locations: readLocations },
  query: seriesQuery({
    order: z.enum(['desc', 'asc']).default('desc').meta({ description: 'Order by `recordedAt`.' }),
  }),
  success: { 200: seriesOf(Point).meta({ id: 'PointSeries' }) },
  problems: ['NOT_FOUND', 'CURSOR_INVALID'],
});

export const handler = serve(route, async ({ params, query, caller, tenant, request, locations }) => {
  const scope = { operationId: route.operationId, tenant, request };
  const { order, limit } = query;
  const asked = { span: spanOf(query), order, limit, after: positionIn(scope, query) };
  const { isCut, ...body } = renderSeries(scope, await locations.history(caller, params.id, asked));
  return { status: 200, headers: cutHeaders(isCut), body };
});
