import { aboutDelivery, answerFile, fileRoute, otherAnswers } from '../../shared/exports/answer.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  ...fileRoute,
  method: 'GET',
  path: '/api/v1/submissions/export/media',
  operationId: 'exportSubmissionsMedia',
  summary: 'Export the media files of submissions',
  description:
    'A ZIP archive with all files that were uploaded, as `media/<submission_id>/<field_id>/<filename>`, and `media/index.csv`, which maps each file to its submission and field. ' +
    aboutDelivery,
  success: {
    200: { contentType: 'application/zip', example: 'PK…' },
    ...otherAnswers,
  },
});

export const handler = serve(route, (input) => answerFile('SUBMISSIONS_MEDIA', input));
