import { setTimeout as sleep } from 'node:timers/promises';
import { type TableName, tableNames } from '../capability/capability.ts';
import { deleteMany } from '../table/delete-many.ts';
import { type Key, mainKeys } from '../table/keys.ts';
import { scanTenantKeys } from '../table/scan.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { decide } from './decision.ts';

/**
 * Deletes a workspace with all rows that it has in any table. It is suspended first, and nothing is deleted before calls
 * that began earlier have ended, since they would write anew. Its own row and its slug go last: a deletion that ended
 * halfway is made again, and ends the rest.
 */

/** Longer than any function runs. */
const settledMilliseconds = 70_000;

export interface DeletionSteps {
  /** Calls that are under way get this long to end. */
  readonly waiting?: (milliseconds: number) => void;
  /** Rows of a table that are gone so far. */
  readonly deleted?: (table: TableName, rows: number) => void;
}

export type DeletedRows = Readonly<Record<TableName, number>>;

const main = new Table('main');

/** @returns how many rows are gone, by table; those of an earlier run that ended halfway are not among them */
export async function deleteWorkspace(workspace: WorkspaceRow, steps: DeletionSteps = {}): Promise<DeletedRows> {
  const { suspendedAt = Date.now(), reference, slug } = await begin(workspace);
  const left = suspendedAt + settledMilliseconds - Date.now();
  if (left > 0) {
    steps.waiting?.(left);
    await sleep(left);
  }
  const rows: Record<TableName, number> = { main: 0, cells: 0, access: 0, telemetry: 0 };
  const last = [mainKeys.workspace(reference), mainKeys.slug(platformReference, slug)];
  for (const table of tableNames) {
    for await (const keys of scanTenantKeys(new Table(table), reference)) {
      const now = table === 'main' ? keys.filter((key) => !last.some((one) => isSame(one, key))) : keys;
      await deleteMany(new Table(table), now);
      rows[table] += now.length;
      if (now.length > 0) steps.deleted?.(table, rows[table]);
    }
  }
  const transaction = new Transaction();
  for (const key of last) transaction.delete(main, key);
  await transaction.commit();
  return { ...rows, main: rows.main + last.length };
}

const isSame = (one: Key, other: Key): boolean => one.pk === other.pk && one.sk === other.sk;

async function begin(workspace: WorkspaceRow): Promise<WorkspaceRow> {
  return await decide(workspace, (before) => ({
    action: 'workspace.delete',
    attributes: { deletingSince: Date.now(), ...(before.suspendedAt === undefined ? { suspendedAt: Date.now() } : {}) },
    removed: [],
    changes: before.deletingSince === undefined ? { deleting: [false, true] } : {},
  }));
}
