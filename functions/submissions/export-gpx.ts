import { aboutDelivery, answerFile, fileRoute, otherAnswers } from '../../shared/exports/answer.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  ...fileRoute,
  method: 'GET',
  path: '/api/v1/submissions/export/gpx',
  operationId: 'exportSubmissionsGpx',
  summary: 'Export the routes of submissions as GPX',
  description:
    'GPX 1.1 with a track for each answered route, and a segment between any two pauses. A form without routes gives a file without tracks. ' +
    aboutDelivery,
  success: {
    200: {
      contentType: 'application/gpx+xml',
      example: '<gpx version="1.1" creator="Hexfence" xmlns="http://www.topografix.com/GPX/1/1"/>',
    },
    ...otherAnswers,
  },
});

export const handler = serve(route, (input) => answerFile('SUBMISSIONS_GPX', input));
