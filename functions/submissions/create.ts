import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { submitForms } from '../../shared/submissions/submit.ts';
import { SubmissionAccepted, SubmissionDraft, SubmissionIgnored } from '../../shared/submissions/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/submissions',
  operationId: 'createSubmission',
  summary: 'Submit the data of a form',
  description:
    'The data is checked against the named published version, or the newest. A `local_uuid` that was stored before for ' +
    'the same form is ignored: the answer is 200 with the id of the first submission, and nothing is compared or written.',
  scope: 'submissions:create',
  uses: { submissions: submitForms },
  body: SubmissionDraft,
  success: { 201: SubmissionAccepted, 200: SubmissionIgnored },
  problems: [
    'NOT_FOUND',
    'LOCAL_UUID_CONFLICT',
    'SUBMISSION_INVALID',
    'FORM_NOT_PUBLISHED',
    'QUOTA_EXCEEDED',
    'QUOTA_THROTTLED',
  ],
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, caller, submissions }) => {
  const { headers, status, ...taken } = await submissions.single(caller, body);
  return status === 'accepted'
    ? { status: 201, headers, body: { status, ...taken } }
    : { status: 200, headers, body: { status, ...taken } };
});
