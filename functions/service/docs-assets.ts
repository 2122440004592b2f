import { documentAnswer, keep } from '../../shared/docs/document.ts';
import { nothingAt, publicDocs, requireDocs } from '../../shared/docs/exposure.ts';
import { docsRelease } from '../../shared/docs/release.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/docs/assets/{file}',
  operationId: 'getDocsAsset',
  summary: 'Get a script or style of the documentation',
  description: 'File names contain a hash of the content, so caches may keep a file permanently.',
  scope: 'public',
  params: { file: { description: 'Name of the file, as the page at `/docs` refers to it.' } },
  uses: { docs: publicDocs },
  success: { 200: { contentType: 'text/javascript; charset=utf-8', example: '' }, 304: null },
  problems: ['ROUTE_NOT_FOUND'],
  assets: ['docs.json', 'docs.css.gz', 'scalar.js.gz', 'start.js.gz'],
});

export const handler = serve(route, async ({ docs, params, request }) => {
  requireDocs(docs, request);
  const { files } = await docsRelease();
  const file = Object.hasOwn(files, params.file) ? files[params.file] : undefined;
  if (!file) throw nothingAt(request);
  const answer = await documentAnswer(request, file.asset, keep.forever);
  return { ...answer, headers: { ...answer.headers, 'Content-Type': file.contentType } };
});
