import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { completeUploads } from '../../shared/uploads/complete.ts';
import { MediaResult } from '../../shared/uploads/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/media/uploads/{media_file_id}/complete',
  operationId: 'completeMediaUpload',
  summary: 'Complete the upload of a large file',
  description:
    'Checks the uploaded file, and links it to its submission, or keeps it until that arrives. May be repeated. If the same file ' +
    'was stored before, `media_file_id` of the answer is its id. A file of a type that is not accepted is refused with 415.',
  scope: 'media:write',
  uses: { media: completeUploads },
  success: { 200: MediaResult },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION', 'UPLOAD_EXPIRED', 'UNSUPPORTED_MEDIA_TYPE', 'QUOTA_EXCEEDED'],
  // The store copies a gigabyte in some ten seconds.
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ params, caller, media }) => ({
  status: 200,
  body: await media.complete(caller, params.media_file_id),
}));
