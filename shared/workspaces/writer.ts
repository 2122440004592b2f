import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { recordEvent } from '../outbox/event.ts';
import { invalidFields, problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { mainKeys } from '../table/keys.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { claimSlug, releaseSlug } from './slug.ts';
import { attributeOf, fieldNames, fieldsOf, mostBulkItems, showWorkspace, type WorkspaceFields } from './wire.ts';

const main = new Table('main');

type Changes = Record<string, [before: unknown, after: unknown]>;

class WorkspaceWriter {
  /**
   * Merges a body into the caller's workspace. A lost race is read again, or is 412 with `ifMatch`.
   *
   * @throws PRECONDITION_FAILED, FORBIDDEN for what only owners set, VALIDATION_ERROR beyond the plan, CONFLICT for a slug
   */
  async update(caller: Caller, given: WorkspaceFields, ifMatch: VersionMatch | undefined) {
    let known: WorkspaceRow | undefined = caller.workspace;
    return await retryingRaces(async () => {
      const row = known ?? (await readWorkspace(caller.workspace));
      known = undefined;
      requireVersion(ifMatch, row.version);
      const changes = changesOf(row, given);
      requireAllowed(caller, row, changes);
      const after = Object.keys(changes).length === 0 ? row : await write(caller, row, changes);
      return showWorkspace(after);
    });
  }
}

export async function readWorkspace({ reference }: Pick<WorkspaceRow, 'reference'>): Promise<WorkspaceRow> {
  const row = await main.get<WorkspaceRow>(mainKeys.workspace(reference));
  if (!row) throw new Error('A workspace is gone while a credential of it is good');
  return row;
}

/** Before and after of what the body would change, by field. */
function changesOf(row: WorkspaceRow, given: WorkspaceFields): Changes {
  const before = fieldsOf(row);
  const changed = fieldNames.filter(
    (field) => given[field] !== undefined && !isDeepStrictEqual(given[field], before[field]),
  );
  return Object.fromEntries(changed.map((field) => [field, [before[field], given[field]]]));
}

function requireAllowed({ scopes }: Caller, row: WorkspaceRow, changes: Changes): void {
  const { bulk_create_max_batch_size: batch, location_retention_days: retention } = changes;
  if (batch && !scopes.has('workspace:owner')) {
    throw problem('FORBIDDEN', 'Only an owner of the workspace may change "bulk_create_max_batch_size".');
  }
  const bounds = [
    { field: 'bulk_create_max_batch_size', value: batch?.[1], most: mostBulkItems },
    { field: 'location_retention_days', value: retention?.[1], most: plans[row.plan].limits.location_retention_days },
  ];
  const beyond = bounds.filter(({ value, most }) => Number(value) > most);
  if (beyond.length === 0) return;
  throw invalidFields(
    beyond.map(({ field, most }) => ({ type: 'too_large', loc: ['body', field], msg: `Should be at most ${most}` })),
  );
}

async function write(caller: Caller, before: WorkspaceRow, changes: Changes): Promise<WorkspaceRow> {
  const changed = fieldNames.filter((field) => field in changes);
  const attributes = {
    ...Object.fromEntries(changed.map((field) => [attributeOf(field), changes[field]?.[1]])),
    updatedAt: Date.now(),
    version: before.version + 1,
  };
  const after = { ...before, ...attributes } as WorkspaceRow;
  const transaction = new Transaction();
  changeWorkspace(transaction, before, attributes);
  if (after.slug !== before.slug) {
    releaseSlug(transaction, before.slug);
    claimSlug(transaction, after);
  }
  const event = { action: 'workspace.update', resourceType: 'workspace', resourceId: before.id, changes };
  recordEvent(transaction, caller, event);
  await transaction.commit();
  return after;
}

/** Writes these attributes if the workspace still is as it was read; to be the first of its transaction, whose race tells most. */
export function changeWorkspace(
  transaction: Transaction,
  before: WorkspaceRow,
  attributes: Partial<WorkspaceRow>,
  removed: readonly (keyof WorkspaceRow)[] = [],
): void {
  const still = unchanged({ version: before.version });
  const key = mainKeys.workspace(before.reference);
  transaction.update(main, key, setAll({ ...attributes }, removed), still, lostRace);
}

export const writeWorkspace = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  open: () => new WorkspaceWriter(),
});
