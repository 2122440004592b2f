import { problem } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { platformReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';

/** Slugs are unique in the deployment: each has a guard row that names its workspace. */

export const slugPattern = /^[a-z0-9][a-z0-9-]{1,62}$/;

const main = new Table('main');
const guard = (slug: string) => workspaceKeys.slug(platformReference, slug);

/** Guards the slug for this workspace in the transaction, which fails with `CONFLICT` if the slug is taken. */
export function guardSlug(
  transaction: Transaction,
  { slug, reference }: Pick<WorkspaceRow, 'slug' | 'reference'>,
): void {
  transaction.put(main, guard(slug), { reference }, absent, () =>
    problem('CONFLICT', `The slug "${slug}" is taken by another workspace.`, { field: 'slug' }),
  );
}

export function releaseSlug(transaction: Transaction, slug: string): void {
  transaction.delete(main, guard(slug));
}
