import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { sites } from '../../shared/topology/sites.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/sites/{id}',
  operationId: 'deleteSite',
  summary: 'Delete a site permanently',
  description: 'Refused with `IN_USE` while alert rules name the site.',
  scope: 'topology:delete',
  uses: { sites: deletes(sites) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, sites }) => {
  await sites.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
