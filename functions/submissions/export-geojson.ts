import { aboutDelivery, answerFile, fileRoute, otherAnswers } from '../../shared/exports/answer.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  ...fileRoute,
  method: 'GET',
  path: '/api/v1/submissions/export/geojson',
  operationId: 'exportSubmissionsGeoJson',
  summary: 'Export the places of submissions as GeoJSON',
  description:
    'A FeatureCollection with a feature for each answered geopoint, geotrace and route. The other fields of the submission are its properties, by field id; a route has `telemetry`, too. ' +
    'A place within a repeat has the index and the answers of its row. ' +
    aboutDelivery,
  success: {
    200: { contentType: 'application/geo+json', example: { type: 'FeatureCollection', features: [] } },
    ...otherAnswers,
  },
});

export const handler = serve(route, (input) => answerFile('SUBMISSIONS_GEOJSON', input));
