import { readExports } from '../../shared/exports/read.ts';
import { ExportJob } from '../../shared/exports/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/exports/{id}',
  operationId: 'getExport',
  summary: 'Get an export',
  description:
    'While it is `READY`, `downloadUrl` is a link to its file: new in each response, valid for 15 minutes and never after ' +
    '`expiresAt`. Send no `Authorization` with it. Fields that do not apply to the status are absent. A job is found only with the ' +
    'scopes to read what it includes, and for 30 days after it has ended.',
  scope: 'exports:read',
  uses: { exports: readExports },
  success: { 200: ExportJob },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, exports }) => ({
  status: 200,
  body: await exports.get(caller, params.id),
}));
