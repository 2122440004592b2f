import { fileForm } from '../../shared/http/form.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { uploadMedia } from '../../shared/uploads/upload.ts';
import { MediaForm, MediaResult } from '../../shared/uploads/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/media/upload',
  operationId: 'uploadMedia',
  summary: 'Upload a file of a submission, up to 4 MiB',
  description:
    'The file may arrive before its submission, and is linked when that is stored; the value of the field is then the id of ' +
    'the file. Without a submission it is kept for 30 days. The same file again is answered with 200 and the id of the ' +
    'first; another file replaces the first. Images except SVG, audio, video, PDF, plain text, CSV and office ' +
    'documents are accepted; the stored type is the one that the content shows. Send a larger file with `POST /media/uploads`. ' +
    'Field workers can send files only to own submissions.',
  scope: 'media:write',
  uses: { media: uploadMedia },
  form: fileForm(MediaForm),
  success: { 201: MediaResult, 200: MediaResult },
  problems: ['NOT_FOUND', 'FILE_TOO_LARGE', 'QUOTA_EXCEEDED'],
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ form, caller, request, media }) => {
  const { isNew, body } = await media.upload(caller, form, request.origin);
  return { status: isNew ? 201 : 200, body };
});
