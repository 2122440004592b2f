import * as z from 'zod';
import { readGeofenceCells } from '../../shared/geofences/cell-reader.ts';
import { GeofenceCellFeatures, GeofenceCells } from '../../shared/geofences/insight-wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences/{id}/cells',
  operationId: 'getGeofenceCells',
  summary: 'Show the index entries of a geofence',
  description: 'The H3 cells under which a check finds the fence, as ids or as polygons for a map.',
  scope: 'geofences:read',
  uses: { index: readGeofenceCells },
  query: z.object({ format: z.enum(['ids', 'geojson']).default('ids') }),
  success: { 200: z.union([GeofenceCells, GeofenceCellFeatures]) },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, tenant, index }) => ({
  status: 200,
  body: query.format === 'geojson' ? await index.cellFeatures(tenant, params.id) : await index.cells(tenant, params.id),
}));
