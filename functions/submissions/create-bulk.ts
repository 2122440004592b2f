import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { submitInBulk } from '../../shared/submissions/bulk.ts';
import { BulkSyncResult, mostOfBulk, SubmissionBatch } from '../../shared/submissions/bulk-wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/submissions/bulk',
  operationId: 'createSubmissions',
  summary: 'Submit the data of many forms at once',
  description:
    'Each item stands alone: one that is refused does not stop the others. An item whose `local_uuid` was stored before is ' +
    'in `ignored`, which counts as success, so the whole request may be repeated. Items that were not started within 20 ' +
    'seconds are in `errors` with `TIMEOUT`.',
  scope: 'submissions:create',
  batch: { most: () => mostOfBulk },
  uses: { submissions: submitInBulk },
  body: SubmissionBatch,
  success: { 200: BulkSyncResult },
  problems: ['QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  memoryMegabytes: 1024,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body, caller, submissions }) => ({
  status: 200,
  ...(await submissions.bulk(caller, body)),
}));
