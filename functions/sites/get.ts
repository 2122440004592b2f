import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Site, sites } from '../../shared/topology/sites.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/sites/{id}',
  operationId: 'getSite',
  summary: 'Get a site',
  scope: 'topology:read',
  uses: { sites: gets(sites) },
  success: { 200: Site },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, sites }) => ({
  status: 200,
  body: await sites.get(tenant, params.id),
}));
