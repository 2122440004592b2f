import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readQuarantine } from '../../shared/quarantine/items.ts';
import { QuarantinedPayload } from '../../shared/quarantine/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/quarantine/{id}',
  operationId: 'getQuarantineItem',
  summary: 'Get an item of the quarantine with what was refused',
  scope: 'quarantine:read',
  uses: { quarantine: readQuarantine },
  success: { 200: QuarantinedPayload },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, quarantine }) => ({
  status: 200,
  body: await quarantine.get(tenant, params.id),
}));
