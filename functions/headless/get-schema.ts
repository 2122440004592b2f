import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { HeadlessSchema, readHeadlessSchemas } from '../../shared/submissions/headless.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/headless/forms/{form_id}/schema',
  operationId: 'getHeadlessSchema',
  summary: 'Get the newest published schema of a form',
  description:
    'It is complete: types, labels, options, validation rules and conditions define what a submission must contain.',
  scope: 'headless:read',
  uses: { structure: readHeadlessSchemas },
  success: { 200: HeadlessSchema },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, structure }) => ({
  status: 200,
  body: await structure.schema(caller, params.form_id),
}));
