import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { isVisible, requireForm, type ThinRow } from '../fieldwork/form.ts';
import { everywhere } from '../geo/box.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { publishedLayout } from '../sheets/form.ts';
import { unchanged } from '../table/expressions.ts';
import { formKeys } from '../table/keys/forms.ts';
import { Table } from '../table/table.ts';
import { type Collection, formIdOf, ofForm } from './collections.ts';
import { formSchema } from './form-schema.ts';
import type { ExtentOfFeatures } from './links.ts';
import type { FeatureSchema } from './schemas.ts';

/** Collections of submissions: one for each published form that the caller sees. */

const main = new Table('main');

/** All of them, the newest forms first. */
async function list(caller: Caller): Promise<Collection[]> {
  if (!caller.scopes.has('submissions:read')) return [];
  const thins = await main.queryAll<ThinRow>(formKeys.thins(caller.tenant.reference), {
    filter: unchanged({ published: true }),
    descending: true,
  });
  return thins.filter((row) => isVisible(caller, row)).map(({ sk, name }) => ofForm(sk, name));
}

/** @throws NOT_FOUND for the collection of a form that the caller does not see, or that was never published */
async function find(caller: Caller, id: string): Promise<Collection> {
  const formId = formIdOf(id);
  if (!formId) throw notFound('collection');
  const { thin } = await requireForm(caller, formId).catch((error: unknown) => {
    throw error instanceof Problem && error.code === 'NOT_FOUND' ? notFound('collection') : error;
  });
  if (!thin.published) throw notFound('collection');
  return ofForm(thin.sk, thin.name);
}

/** The whole globe at any time: submissions are read only when they are asked for. */
const extent = async (): Promise<ExtentOfFeatures> => ({ bbox: everywhere, span: undefined });

async function schemaOf(caller: Caller, id: string): Promise<FeatureSchema> {
  const { reference } = caller.tenant;
  return formSchema(await publishedLayout(reference, formIdOf(id)!));
}

export const findFormCollections = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ find, extent, schemaOf }),
});

export const listFormCollections = defineCapability({
  tables: { main: ['Query'] },
  open: () => ({ list, extent }),
});
