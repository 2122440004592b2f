import { scopes } from '../../shared/auth/scopes.ts';
import { newEntity } from '../../shared/entity/create.ts';
import { writeEntity } from '../../shared/entity/write.ts';
import { changeForms } from '../../shared/fieldwork/change.ts';
import { createForms } from '../../shared/fieldwork/create.ts';
import { projects } from '../../shared/fieldwork/projects.ts';
import { publishForms } from '../../shared/fieldwork/publish.ts';
import { schemaExample } from '../../shared/fieldwork/wire.ts';
import { unrecorded } from '../../shared/http/once.ts';
import { submitForms } from '../../shared/submissions/submit.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { demoIds } from './ids.ts';

/** Creates a project, a form with a published version and an open draft, and a submission. */
export async function seedFieldWork(workspace: WorkspaceRow): Promise<void> {
  const caller = { ...systemCaller(workspace), scopes: new Set(scopes) };
  await writeEntity(projects, caller, undefined, newEntity(projects, { name: '2026 Census' }, demoIds.project));
  const form = { project_id: demoIds.project, name: 'Household Survey', schema: schemaExample };
  await createForms.open().create(caller, form, { ...unrecorded, objectId: demoIds.form });
  await publishForms.open().publish(caller, demoIds.form, undefined, unrecorded, demoIds.formVersion);
  const draft = { schema: { ...schemaExample, title: 'Household Survey 2' } };
  await changeForms.open().change(caller, demoIds.form, draft, undefined);
  const answers = { form_id: demoIds.form, local_uuid: 'demo', data: { full_name: 'Maria Lopez', has_water: 'yes' } };
  await submitForms.open().single(caller, answers, demoIds.submission);
}
