import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Component, components } from '../../shared/topology/components.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/components/{id}',
  operationId: 'getComponent',
  summary: 'Get a component',
  scope: 'topology:read',
  uses: { components: gets(components) },
  success: { 200: Component },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, components }) => ({
  status: 200,
  body: await components.get(tenant, params.id),
}));
