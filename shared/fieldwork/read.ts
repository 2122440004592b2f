import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { ownerFor } from '../auth/own.ts';
import { defineCapability } from '../capability/capability.ts';
import { formKeys } from '../table/keys/forms.ts';
import { type PageRequest, type PageResult, pageOfPartition, showPage } from '../table/page.ts';
import { retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import { isVisible, requireForm, schemaFor, seesDrafts, showForm, showListItem, type ThinRow } from './form.ts';
import type { Form, FormListItem } from './wire.ts';

const main = new Table('main');

async function get(caller: Caller, id: string): Promise<z.input<typeof Form>> {
  return await retryingRaces(async () => {
    const { row } = await requireForm(caller, id);
    return showForm(caller, row, await schemaFor(caller, row));
  });
}

interface Filters {
  readonly project_id?: string | undefined;
  readonly status?: 'draft' | 'published' | undefined;
}

function filterOf(filters: Filters, onlyPublished: boolean): Expression | undefined {
  const { project_id: projectId, status } = filters;
  const wanted = onlyPublished ? [true] : [];
  if (status) wanted.push(status === 'published');
  const terms = [
    ...(projectId === undefined ? [] : ['#project = :project']),
    ...wanted.map((_, i) => `#published = :published${i}`),
  ];
  if (terms.length === 0) return undefined;
  return {
    expression: terms.join(' AND '),
    names: {
      ...(projectId === undefined ? {} : { '#project': 'projectId' }),
      ...(wanted.length === 0 ? {} : { '#published': 'published' }),
    },
    values: {
      ...(projectId === undefined ? {} : { ':project': projectId }),
      ...Object.fromEntries(wanted.map((one, i) => [`:published${i}`, one])),
    },
  };
}

/** Forms that the caller sees, newest first. */
async function list(
  caller: Caller,
  filters: Filters,
  page: PageRequest,
): Promise<PageResult<z.input<typeof FormListItem>>> {
  const own = ownerFor(caller, 'forms:read') !== undefined;
  const rows = await pageOfPartition<ThinRow>(main, formKeys.thins(caller.tenant.reference), page, {
    filter: filterOf(filters, !seesDrafts(caller)),
    passes: own ? (row) => isVisible(caller, row) : undefined,
  });
  return showPage(rows, showListItem);
}

export const readForms = defineCapability({
  tables: { main: ['BatchGetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});

export const listForms = defineCapability({ tables: { main: ['Query'] }, open: () => ({ list }) });
