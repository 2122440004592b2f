import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Component, ComponentPatch, components } from '../../shared/topology/components.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/components/{id}',
  operationId: 'patchComponent',
  summary: 'Change the given fields of a component',
  description:
    'Absent fields stay as they are, `null` clears a field that may be empty, `metadata` is replaced whole. The device is ' +
    'fixed. A sensor profile without a version means its newest version. In another version, sensors whose keys it ' +
    'defines get its `unit`, `min` and `max`, within moments.',
  scope: 'topology:write',
  uses: { components: patches(components) },
  body: ComponentPatch,
  success: { 200: Component },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, components }) => ({
  status: 200,
  body: await components.patch(caller, params.id, body, ifMatch),
}));
