import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Component, ComponentDraft, components } from '../../shared/topology/components.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/components',
  operationId: 'createComponent',
  summary: 'Create a component',
  description:
    'No two components of a device have the same `name`. A device has at most 50 components. `sensorProfileVersion` is the ' +
    'newest one if only `sensorProfileId` is given.',
  scope: 'topology:write',
  uses: { components: creates(components) },
  body: ComponentDraft,
  success: { 201: Component },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, components }) => ({
  status: 201,
  body: await components.create(caller, body, once),
}));
