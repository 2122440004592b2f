import { setTimeout as sleep } from 'node:timers/promises';
import { type TableName, tableNames } from '../capability/capability.ts';
import { removeFilesOf } from '../files/remove-all.ts';
import { deleteMany } from '../table/delete-many.ts';
import type { Key } from '../table/key.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { scanTenantKeys } from '../table/scan.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { decide } from './decision.ts';
import { leaveBroker } from './leaving-broker.ts';

/**
 * Deletes a workspace with all of its rows in every table. It is suspended first, and nothing is deleted until calls
 * that began earlier have ended, since they could write new rows. Its files, and its devices at the broker, are removed
 * before the rows that name them. Its own row and its slug are deleted last, so that a deletion that failed halfway can
 * be repeated and deletes the rest.
 */

/** Longer than any function runs. */
const settledMilliseconds = 70_000;

export interface DeletionSteps {
  /** Reports how long the deletion waits for calls in progress. */
  readonly waiting?: (milliseconds: number) => void;
  /** Reports how many devices can no longer connect, so far. */
  readonly refused?: (devices: number) => void;
  /** Reports how many rows of a table have been deleted so far. */
  readonly deleted?: (table: TableName, rows: number) => void;
}

export type DeletedRows = Readonly<Record<TableName, number>>;

const main = new Table('main');

/** @returns the number of rows that this run has deleted, by table */
export async function deleteWorkspace(workspace: WorkspaceRow, steps: DeletionSteps = {}): Promise<DeletedRows> {
  const { suspendedAt = Date.now(), reference, slug } = await begin(workspace);
  const left = suspendedAt + settledMilliseconds - Date.now();
  if (left > 0) {
    steps.waiting?.(left);
    await sleep(left);
  }
  await leaveBroker(reference, steps.refused);
  await removeFilesOf(reference);
  const rows: Record<TableName, number> = { main: 0, cells: 0, access: 0, telemetry: 0 };
  const last = [workspaceKeys.workspace(reference), workspaceKeys.slug(platformReference, slug)];
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
