import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { shownId } from '../entity/fields.ts';
import { readEntity } from '../entity/rows.ts';
import { type FormRow, schemaAt, type ThinRow } from '../fieldwork/form.ts';
import { Project, projects } from '../fieldwork/projects.ts';
import { FormSchema } from '../fieldwork/wire.ts';
import { notFound } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { formKeys } from '../table/keys/forms.ts';
import { retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';

/** The structure of a workspace's field work, as machines read it: whole, and only what is published. */

const main = new Table('main');

export const HeadlessProject = Project.pick({ id: true, name: true, description: true }).meta({
  id: 'HeadlessProject',
  example: { id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b10', name: 'Rural Census 2026', description: '...' },
});

const example = { id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11', name: 'Household Survey', version_num: 3 };

export const HeadlessForm = z
  .object({ id: shownId(), name: z.string(), project_id: shownId(), version_num: z.int() })
  .meta({ id: 'HeadlessForm', example: { ...example, project_id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b10' } });

export const HeadlessSchema = z
  .object({ id: shownId(), name: z.string(), version_num: z.int(), schema: FormSchema })
  .meta({ id: 'HeadlessSchema', example: { ...example, schema: FormSchema.meta()!.example } });

/** All projects, newest first. */
async function listProjects({ tenant }: Caller): Promise<z.input<typeof HeadlessProject>[]> {
  const { reference } = tenant;
  const thins = await main.queryAll<{ sk: string }>(entityKeys.thins(reference, projects.name), { descending: true });
  const bodies = await main.getMany<Row>(thins.map(({ sk }) => entityKeys.body(reference, projects.name, sk)));
  return bodies.flatMap((row) => {
    if (!row) return [];
    const { id, values } = readEntity<typeof projects.fields>(row);
    return [{ id, name: values.name, description: values.description }];
  });
}

/** All published forms, newest first. */
async function listForms({ tenant }: Caller, projectId: string | undefined): Promise<z.input<typeof HeadlessForm>[]> {
  const rows = await main.queryAll<ThinRow>(formKeys.thins(tenant.reference), { descending: true });
  return rows
    .filter((row) => row.published && (projectId === undefined || row.projectId === projectId))
    .map(({ sk, name, projectId: project_id, num = 1 }) => ({ id: sk, name, project_id, version_num: num }));
}

/** @throws NOT_FOUND, also for a form that is not published */
async function schema({ tenant }: Caller, formId: string): Promise<z.input<typeof HeadlessSchema>> {
  return await retryingRaces(async () => {
    const row = await main.get<FormRow>(formKeys.body(tenant.reference, formId));
    if (!row?.published) throw notFound('form');
    const { num, schema: stored } = row.published;
    return { id: row.id, name: row.name, version_num: num, schema: { ...(await schemaAt(tenant, formId, stored)) } };
  });
}

export const listStructure = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ projects: listProjects, forms: listForms }),
});

export const readHeadlessSchemas = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ schema }),
});
