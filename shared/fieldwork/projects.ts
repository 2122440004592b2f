import * as z from 'zod';
import { deletes } from '../entity/delete.ts';
import { defaulted, required } from '../entity/fields.ts';
import { type Computed, defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { problem } from '../problems/problem.ts';
import { formKeys } from '../table/keys/forms.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { label, prose } from '../wire/text.ts';

/** Projects, which contain forms. A row beside each project counts its forms; only an empty project can be deleted. */

const main = new Table('main');

type CountRow = { readonly forms: number };

/** Counts a form that is created in a project or, with −1, deleted. */
export function countForm(transaction: Transaction, tenant: TenantReference, projectId: string, number: 1 | -1): void {
  transaction.update(main, formKeys.count(tenant, projectId), {
    expression: 'ADD #forms :number',
    names: { '#forms': 'forms' },
    values: { ':number': number },
  });
}

function requireEmpty(transaction: Transaction, tenant: TenantReference, id: string): void {
  const key = formKeys.count(tenant, id);
  const none = {
    expression: 'attribute_not_exists(pk) OR #forms = :none',
    names: { '#forms': 'forms' },
    values: { ':none': 0 },
  };
  transaction.delete(main, key, none, async () => {
    const row = await main.get<CountRow>(key);
    const detail = 'The project still contains forms: delete them first.';
    return problem('PROJECT_NOT_EMPTY', detail, { form_count: row?.forms ?? 0 });
  });
}

const formCount: Computed<{ form_count: number }> = {
  tables: { main: ['BatchGetItem'] },
  of: async ({ reference }: Tenant, projects) => {
    const rows = await main.getMany<CountRow>(projects.map(({ id }) => formKeys.count(reference, id)));
    return rows.map((row) => ({ form_count: row?.forms ?? 0 }));
  },
};

export const projects = defineKind({
  name: 'project',
  letters: 'snake_case',
  immutable: true,
  fields: {
    name: required(label(255), z.string()),
    description: defaulted(prose(2000), z.string(), ''),
  },
  filters: {},
  hook: {
    tables: { main: ['GetItem', 'DeleteItem'] },
    // A form is created only while the row of its project exists, so no form is left without its project.
    act: (transaction, { tenant }, before, after) => {
      if (before && !after) requireEmpty(transaction, tenant.reference, before.id);
    },
  },
  computed: formCount,
});

export const { Draft: ProjectDraft, Shown: Project } = schemasOf(
  'Project',
  projects,
  { name: '2026 Census', description: '', form_count: 0 },
  { form_count: z.int() },
);

export const projectTarget = targetOf(projects);

/** Deletes projects that contain no form. */
export const deletesProjects = () => {
  const deleting = deletes(projects);
  return { ...deleting, raises: ['NOT_FOUND', 'PROJECT_NOT_EMPTY'] as const };
};
