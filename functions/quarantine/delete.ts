import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deleteQuarantined } from '../../shared/quarantine/items.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/admin/quarantine/{id}',
  operationId: 'deleteQuarantineItem',
  summary: 'Delete an item of the quarantine permanently',
  description: 'The audit log keeps its cause, device and topic, but not its content.',
  scope: 'quarantine:delete',
  uses: { quarantine: deleteQuarantined },
  success: { 204: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, quarantine }) => {
  await quarantine.delete(caller, params.id);
  return { status: 204 };
});
