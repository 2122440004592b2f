import { randomUUID } from 'node:crypto';
import { setAll, unchanged } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Progress, packProgress } from './progress.ts';
import { type ExportRow, findExport } from './record.ts';

/** A run of a job: one worker, until another one takes the job or somebody deletes it. */

export type TakenExport = ExportRow & { readonly run: string; readonly runs: number; readonly startedAt: number };

/** The job was deleted, or another run has taken it. */
export class RunStopped extends Error {}
export const runStopped = () => new RunStopped('The run does not count any more');

const main = new Table('main');

/** Makes a new run the current one. Undefined if the job has ended, or was deleted. */
export async function takeExport(tenant: TenantReference, id: string): Promise<TakenExport | undefined> {
  const update: Expression = {
    expression:
      'SET #status = :running, #run = :run, #takenAt = :now, #startedAt = if_not_exists(#startedAt, :now) ADD #runs :one',
    names: { '#status': 'status', '#run': 'run', '#takenAt': 'takenAt', '#startedAt': 'startedAt', '#runs': 'runs' },
    values: { ':running': 'RUNNING', ':run': randomUUID(), ':now': Date.now(), ':one': 1 },
  };
  const open: Expression = {
    expression: '#status = :pending OR #status = :running',
    values: { ':pending': 'PENDING' },
  };
  return await retryingRaces(() => main.update<TakenExport>(exportKeys.job(tenant, id), update, open)).catch(
    (error: unknown) => {
      if (isConditionFailed(error)) return undefined;
      throw error;
    },
  );
}

/** True while this run is the current one. */
export const whileCurrent = ({ run }: TakenExport): Expression => unchanged({ run, status: 'RUNNING' });

/** @throws RunStopped */
export async function requireCurrent(tenant: TenantReference, job: TakenExport): Promise<void> {
  const row = await findExport(tenant, job.sk);
  if (row?.run !== job.run || row.status !== 'RUNNING') throw runStopped();
}

/**
 * Stores a checkpoint; undefined removes it.
 *
 * @param hasMoved whether rows were written since the last time
 * @throws RunStopped
 */
export async function saveProgress(
  tenant: TenantReference,
  job: TakenExport,
  progress: Progress | undefined,
  hasMoved: boolean,
): Promise<void> {
  const set = { ...(progress ? { progress: packProgress(progress) } : {}), ...(hasMoved ? { runs: 0 } : {}) };
  const update = progress ? setAll(set) : setAll(set, ['progress']);
  await retryingRaces(() => main.update(exportKeys.job(tenant, job.sk), update, whileCurrent(job))).catch(
    (error: unknown) => {
      throw isConditionFailed(error) ? runStopped() : error;
    },
  );
}
