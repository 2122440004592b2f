import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Site, SiteDraft, sites } from '../../shared/topology/sites.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/sites',
  operationId: 'createSite',
  summary: 'Create a site',
  description: 'No two sites have the same `name`. When the geofence is deleted, `geofenceId` becomes null.',
  scope: 'topology:write',
  uses: { sites: creates(sites) },
  body: SiteDraft,
  success: { 201: Site },
  problems: ['CONFLICT'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, sites }) => ({
  status: 201,
  body: await sites.create(caller, body, once),
}));
