import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readSubmissions } from '../../shared/submissions/read.ts';
import { Submission } from '../../shared/submissions/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/submissions/{submission_id}',
  operationId: 'getSubmission',
  summary: 'Get a submission with its data',
  description: 'A field worker reads own submissions only.',
  scope: 'submissions:read',
  uses: { submissions: readSubmissions },
  success: { 200: Submission },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, request, submissions }) => ({
  status: 200,
  body: await submissions.get(caller, params.submission_id, request.origin),
}));
