import { defineCapability } from '../capability/capability.ts';
import { dueFields } from '../due/due.ts';
import { ExportMessage, exportRequest, type Lane, WatchMessage } from '../messages/exports.ts';
import { sendInLine } from '../queue/sender.ts';
import { unchanged } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { newId } from '../table/ids.ts';
import { dueKeys } from '../table/keys/due.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { ExportRow } from './record.ts';

/**
 * Watches lanes: each lane with jobs has a row that is due repeatedly. If no run has begun for a while, its message was
 * lost or is a dead letter, and the watcher asks for a new run. So no job needs an operator to continue.
 */

const quietMilliseconds = 15 * 60_000;

const main = new Table('main');

const keyOf = (tenant: TenantReference, lane: Lane) => dueKeys.due(tenant, `export-lane#${lane}`);

const dueOf = (tenant: TenantReference, lane: Lane) =>
  dueFields(keyOf(tenant, lane), Date.now() + quietMilliseconds, WatchMessage, { tenant, lane }, tenant);

/** Watches a lane, which gets a job in the same transaction. */
export function watchLane(transaction: Transaction, tenant: TenantReference, lane: Lane): void {
  transaction.put(main, keyOf(tenant, lane), { ...dueOf(tenant, lane) });
}

/** Idempotent, except that a repetition may ask for one more run. */
async function check({ tenant, lane }: WatchMessage): Promise<void> {
  const watched = await main.get<{ dueAt: number }>(keyOf(tenant, lane));
  if (!watched) return;
  // A job that is created after this sets the row anew, and the condition then keeps that row.
  const asRead = unchanged({ dueAt: watched.dueAt });
  const oldest = await oldestIn(tenant, lane);
  if (oldest === undefined) return await main.delete(keyOf(tenant, lane), asRead).catch(unlessMoved);
  if (await isQuiet(tenant, oldest)) await sendInLine(exportRequest(tenant, lane, newId(Date.now())));
  await main.put(keyOf(tenant, lane), { ...dueOf(tenant, lane) }, asRead).catch(unlessMoved);
}

/** The job of a lane that runs, or runs next. */
export async function oldestIn(tenant: TenantReference, lane: Lane): Promise<string | undefined> {
  const { rows } = await main.query<{ sk: string }>(exportKeys.lane(tenant, lane), { pageSize: 1 });
  return rows[0]?.sk;
}

/** Also true for a job whose record is gone: a run then removes the job from the lane. */
async function isQuiet(tenant: TenantReference, id: string): Promise<boolean> {
  const job = await main.get<ExportRow>(exportKeys.job(tenant, id));
  return Date.now() - (job?.takenAt ?? job?.createdAt ?? 0) >= quietMilliseconds;
}

/** For `catch`: the row was set anew meanwhile. */
function unlessMoved(error: unknown): void {
  if (!isConditionFailed(error)) throw error;
}

export const watchExports = defineCapability({
  tables: { main: ['GetItem', 'Query', 'PutItem', 'DeleteItem'] },
  sendsTo: [ExportMessage],
  defersTo: [WatchMessage],
  open: () => ({ check }),
});
