import { changeAssignments } from '../../shared/fieldwork/assignments.ts';
import { Assignments, AssignmentsDraft } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/api/v1/forms/{form_id}/assignments',
  operationId: 'replaceFormAssignments',
  summary: 'Assign a form to users and roles',
  description:
    'If both lists are empty, the form is for everyone in the workspace. Assignments decide what field workers list and download; data for ' +
    'any published form is accepted, so that work done before a change is not lost.',
  scope: 'forms:write',
  uses: { assignments: changeAssignments },
  body: AssignmentsDraft,
  success: { 200: Assignments },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ body, params, caller, assignments }) => ({
  status: 200,
  body: await assignments.replace(caller, params.form_id, body),
}));
