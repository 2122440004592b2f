import { searchQuery } from '../../shared/entity/filters.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Site, sites } from '../../shared/topology/sites.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/sites',
  operationId: 'listSites',
  summary: 'List sites, newest first',
  scope: 'topology:read',
  uses: { sites: lists(sites) },
  query: listQuery({ search: searchQuery() }),
  success: { 200: listOf(Site, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, sites }) => ({
  status: 200,
  page: await sites.list(tenant, query, page),
}));
