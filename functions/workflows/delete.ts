import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { workflows } from '../../shared/workflows/kind.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workflows/{id}',
  operationId: 'deleteWorkflow',
  summary: 'Delete a workflow permanently',
  description: 'Its executions end before their next step. They are deleted too, and so are its versions.',
  scope: 'workflows:delete',
  uses: { workflows: deletes(workflows) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, workflows }) => {
  await workflows.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
