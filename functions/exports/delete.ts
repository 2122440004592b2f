import { deleteExports } from '../../shared/exports/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/exports/{id}',
  operationId: 'deleteExport',
  summary: 'Delete an export with its file',
  description:
    'A running job is stopped. The file is removed within seconds, and links to it end. Editors and viewers may delete only the exports ' +
    'that they asked for. Needs the scopes to read the export and what it includes, too.',
  scope: 'exports:delete',
  uses: { exports: deleteExports },
  success: { 204: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, exports }) => {
  await exports.delete(caller, params.id);
  return { status: 204 };
});
