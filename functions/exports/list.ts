import { listExports } from '../../shared/exports/read.ts';
import { ExportJob, ExportStatusName, ScopeTypeName } from '../../shared/exports/wire.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { givenId } from '../../shared/wire/id.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/exports',
  operationId: 'listExports',
  summary: 'List exports, newest first',
  description:
    'Without links; `GET /exports/{id}` makes one. Lists only jobs that include nothing that the caller may not read.',
  scope: 'exports:read',
  uses: { exports: listExports },
  query: listQuery({
    status: ExportStatusName.optional(),
    scopeType: ScopeTypeName.optional(),
    scopeId: givenId().optional().meta({ names: 'device' }),
  }),
  success: { 200: listOf(ExportJob, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, caller, exports }) => ({
  status: 200,
  page: await exports.list(caller, query, page),
}));
