import { readAssignments } from '../../shared/fieldwork/assignments.ts';
import { Assignments } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms/{form_id}/assignments',
  operationId: 'getFormAssignments',
  summary: 'Get the users and roles that a form is assigned to',
  scope: 'forms:read',
  uses: { assignments: readAssignments },
  success: { 200: Assignments },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, assignments }) => ({
  status: 200,
  body: await assignments.get(caller, params.form_id),
}));
