import { anyType, defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readMedia } from '../../shared/uploads/read.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/media/{media_id}',
  operationId: 'getMedia',
  summary: 'Get a file of a submission',
  description:
    'The answer is the file with its own type; a file above 4 MiB is at `Location`, for 15 minutes and without a ' +
    'credential. Everything except images, audio and video has `Content-Disposition: attachment`. A field worker can read only ' +
    'files of own submissions.',
  scope: 'media:read',
  uses: { media: readMedia },
  success: { 200: { contentType: anyType, example: '' }, 303: null },
  problems: ['NOT_FOUND'],
  // A file of 4 MiB needs three times its size: its bytes, and copies in base64.
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ params, caller, media }) => {
  const file = await media.get(caller, params.media_id);
  if ('link' in file) return { status: 303, headers: { Location: file.link } };
  const { contentType, disposition } = file.labels;
  const headers = { 'Content-Type': contentType, ...(disposition ? { 'Content-Disposition': disposition } : {}) };
  return { status: 200, raw: file.bytes, headers };
});
