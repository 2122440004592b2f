import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { submitForms } from '../../shared/submissions/submit.ts';
import { HeadlessAccepted, HeadlessIgnored, HeadlessSubmission } from '../../shared/submissions/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/headless/submit',
  operationId: 'submitHeadless',
  summary: 'Submit data as a machine',
  description:
    'The data is checked against the newest published version. A `local_uuid` that was stored before for the same form is ' +
    'ignored: the answer is 200 with the id of the first submission. Without a `local_uuid`, every call stores a new one.',
  scope: 'headless:submit',
  uses: { submissions: submitForms },
  body: HeadlessSubmission,
  success: { 201: HeadlessAccepted, 200: HeadlessIgnored },
  problems: ['NOT_FOUND', 'LOCAL_UUID_CONFLICT', 'SUBMISSION_INVALID', 'QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  idempotent: true,
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, caller, once, submissions }) => {
  const { headers, status, id } = await submissions.headless(caller, body, once);
  return status === 'accepted'
    ? { status: 201, headers, body: { status, id } }
    : { status: 200, headers, body: { status, id } };
});
