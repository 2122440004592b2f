import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { type Changes, changesBetween } from '../json/equality.ts';
import { recordEvent } from '../outbox/event.ts';
import { invalidFields, problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { guardSlug, releaseSlug } from './slug.ts';
import { attributeOf, fieldNames, fieldsOf, mostBulkItems, showWorkspace, type WorkspaceFields } from './wire.ts';

const main = new Table('main');

/**
 * Merges a body into the caller's workspace. After a lost race it reads again; with `ifMatch` it throws 412.
 *
 * @throws PRECONDITION_FAILED, FORBIDDEN for a setting that only owners may change, VALIDATION_ERROR beyond the plan,
 *   CONFLICT for a slug
 */
async function update(caller: Caller, given: WorkspaceFields, ifMatch: VersionMatch | undefined) {
  let known: WorkspaceRow | undefined = caller.workspace;
  return await retryingRaces(async () => {
    const row = known ?? (await readWorkspace(caller.workspace));
    known = undefined;
    requireVersion(ifMatch, row.version);
    const changes = changesOf(row, given);
    requireAllowed(caller, row, changes);
    // Without a setting of its own the workspace follows its plan.
    const removed = given.location_retention_days === null ? (['locationRetentionDays'] as const) : [];
    const after = Object.keys(changes).length === 0 ? row : await write(caller, row, changes, removed);
    return showWorkspace(after);
  });
}

export async function readWorkspace({ reference }: Pick<WorkspaceRow, 'reference'>): Promise<WorkspaceRow> {
  const row = await main.get<WorkspaceRow>(workspaceKeys.workspace(reference));
  if (!row) throw new Error('A workspace is gone while a credential of it is good');
  return row;
}

/** Before and after of what the body would change, by field. */
function changesOf(row: WorkspaceRow, given: WorkspaceFields): Changes {
  const before = fieldsOf(row);
  const ofPlan = plans[row.plan].limits.location_retention_days;
  const after = given.location_retention_days === null ? { ...given, location_retention_days: ofPlan } : given;
  const named = fieldNames.filter((field) => after[field] !== undefined);
  return changesBetween(named, before, after);
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

async function write(
  caller: Caller,
  before: WorkspaceRow,
  changes: Changes,
  removed: readonly (keyof WorkspaceRow)[],
): Promise<WorkspaceRow> {
  const changed = fieldNames.filter((field) => field in changes && !removed.includes(attributeOf(field)));
  const attributes = {
    ...Object.fromEntries(changed.map((field) => [attributeOf(field), changes[field]?.[1]])),
    updatedAt: Date.now(),
    version: before.version + 1,
  };
  const kept = Object.entries(before).filter(([name]) => !removed.includes(name as keyof WorkspaceRow));
  const after = { ...Object.fromEntries(kept), ...attributes } as unknown as WorkspaceRow;
  const transaction = new Transaction();
  changeWorkspace(transaction, before, attributes, removed);
  if (after.slug !== before.slug) {
    releaseSlug(transaction, before.slug);
    guardSlug(transaction, after);
  }
  const event = { action: 'workspace.update', resourceType: 'workspace', resourceId: before.id, changes };
  recordEvent(transaction, caller, event);
  await transaction.commit();
  return after;
}

/**
 * Writes these attributes if the workspace is still as it was read. To be added to its transaction first, so that a
 * lost race is noticed before any other refusal.
 */
export function changeWorkspace(
  transaction: Transaction,
  before: WorkspaceRow,
  attributes: Partial<WorkspaceRow>,
  removed: readonly (keyof WorkspaceRow)[] = [],
): void {
  const still = unchanged({ version: before.version });
  const key = workspaceKeys.workspace(before.reference);
  transaction.update(main, key, setAll({ ...attributes }, removed), still, lostRace);
}

export const writeWorkspace = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  open: () => ({ update }),
});
