import { aboutDelivery, answerFile, fileRoute, otherAnswers } from '../../shared/exports/answer.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  ...fileRoute,
  method: 'GET',
  path: '/api/v1/submissions/export/csv',
  operationId: 'exportSubmissionsCsv',
  summary: 'Export the submissions of a form as CSV',
  description:
    'A ZIP archive: `<form_name>.csv` with a row for each submission, and `<form_name>_<repeat_field>.csv` for each repeat. Columns are the fields of all published versions, ' +
    'headed by their labels. A cell that a spreadsheet would take for a formula begins with an apostrophe. A file that is not uploaded yet is `[upload_missing]`. ' +
    aboutDelivery,
  success: {
    200: { contentType: 'application/zip', example: 'PK…' },
    ...otherAnswers,
  },
});

export const handler = serve(route, (input) => answerFile('SUBMISSIONS_CSV', input));
