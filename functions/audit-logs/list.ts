import { AuditEntry } from '../../shared/audit/entry.ts';
import { readAudit } from '../../shared/audit/reader.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { givenId } from '../../shared/wire/id.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

const exact = (description: string) => givenId(256).optional().meta({ description });

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/audit-logs',
  operationId: 'listAuditLogs',
  summary: 'List who did what, newest first',
  description:
    'Lists every change, every sign-in and every refused sign-in. Entries are kept as long as the plan says. An entry must match all filters exactly.',
  scope: 'audit:read',
  uses: { audit: readAudit },
  query: listQuery({
    action: exact('Such as `geofence.update`.'),
    actor: exact('For example `user_<id>` or `key_<id>`.'),
    resource_type: exact('Such as `geofence`.'),
    resource_id: exact('Id of the changed object.'),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(AuditEntry, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, audit }) => {
  const { action, actor, resource_type: resourceType, resource_id: resourceId } = query;
  const filters = { action, actor, resourceType, resourceId, occurred: spanOf(query) };
  return { status: 200, page: await audit.list(tenant, filters, page) };
});
