import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Component, components } from '../../shared/topology/components.ts';
import { givenId } from '../../shared/wire/id.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/components',
  operationId: 'listComponents',
  summary: 'List components, newest first',
  scope: 'topology:read',
  uses: { components: lists(components) },
  query: listQuery({
    deviceId: givenId().optional().meta({ names: 'device' }),
    sensorProfileId: givenId().optional().meta({ names: 'sensor_profile' }),
  }),
  success: { 200: listOf(Component, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, components }) => ({
  status: 200,
  page: await components.list(tenant, query, page),
}));
