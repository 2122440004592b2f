import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { beginUploads } from '../../shared/uploads/begin.ts';
import { UploadAddress, UploadDraft } from '../../shared/uploads/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/media/uploads',
  operationId: 'beginMediaUpload',
  summary: 'Get an address to upload a large file of a submission',
  description:
    'Send the file to `url` with `PUT` and exactly these `headers`, without a credential, before `expires_at`; then call ' +
    '`POST /media/uploads/{media_file_id}/complete`, within 24 hours. The size and the type are part of the signature. Until ' +
    'then the size counts toward the storage of the workspace.',
  scope: 'media:write',
  uses: { media: beginUploads },
  body: UploadDraft,
  success: { 201: UploadAddress },
  problems: ['NOT_FOUND', 'FILE_TOO_LARGE', 'QUOTA_EXCEEDED'],
});

export const handler = serve(route, async ({ body, caller, request, media }) => ({
  status: 201,
  body: await media.begin(caller, body, request.origin),
}));
