import { aboutDelivery, answerFile, fileRoute, otherAnswers } from '../../shared/exports/answer.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  ...fileRoute,
  method: 'GET',
  path: '/api/v1/submissions/export/package',
  operationId: 'exportSubmissionsPackage',
  summary: 'Export everything that was submitted to a form',
  description: `A ZIP archive with the files of all other exports: tables, GeoJSON, GPX and media files. ${aboutDelivery}`,
  success: {
    200: { contentType: 'application/zip', example: 'PK…' },
    ...otherAnswers,
  },
});

export const handler = serve(route, (input) => answerFile('SUBMISSIONS_PACKAGE', input));
