import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Site, SitePatch, sites } from '../../shared/topology/sites.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/sites/{id}',
  operationId: 'patchSite',
  summary: 'Change the given fields of a site',
  description: 'Absent fields stay as they are, `null` clears a field that may be empty, `metadata` is replaced whole.',
  scope: 'topology:write',
  uses: { sites: patches(sites) },
  body: SitePatch,
  success: { 200: Site },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, sites }) => ({
  status: 200,
  body: await sites.patch(caller, params.id, body, ifMatch),
}));
