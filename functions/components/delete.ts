import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { components } from '../../shared/topology/components.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/components/{id}',
  operationId: 'deleteComponent',
  summary: 'Delete a component permanently',
  description:
    'Its sensors are deleted too, within minutes. Refused with `IN_USE` while alert rules, bindings or reference pairs name ' +
    'it or one of its sensors.',
  scope: 'topology:delete',
  uses: { components: deletes(components) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, components }) => {
  await components.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
