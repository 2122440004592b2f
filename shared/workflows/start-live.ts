import { entityKeys } from '../table/keys/entities.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type ThinWorkflow, workflows } from './kind.ts';
import { AlreadyStarted, type Beginning, begin } from './start.ts';
import { findVersion } from './version-rows.ts';

/** Starting a workflow for an event, unless its cooldown prevents that. */

const main = new Table('main');
/** The longest cooldown. */
const keptSeconds = 2_592_000;

/** A workflow as its thin row says. */
export type Candidate = ThinWorkflow & { readonly sk: string };

/** The execution that is to start. */
export interface Starting extends Pick<Beginning, 'id' | 'event'> {
  readonly eventId: string;
  /** The device to which the cooldown applies; undefined if there is none. */
  readonly deviceId: string | undefined;
}

/** The workflow was started for the same device too recently, or it was deleted. */
class HeldBack extends Error {}
const heldBack = () => new HeldBack();

/**
 * Starts a workflow. Idempotent: a retry finds the execution by its id.
 *
 * @param also adds further writes to the same transaction
 * @returns whether there is an execution now
 */
export async function startLive(
  tenant: Tenant,
  workflow: Candidate,
  { deviceId = '-', ...starting }: Starting,
  also: (transaction: Transaction) => void = () => undefined,
): Promise<boolean> {
  const { sk: workflowId, version_num: versionNum, cooldown_seconds: cooldown } = workflow;
  const { reference } = tenant;
  const version = await findVersion(reference, workflowId, versionNum);
  // It was deleted meanwhile.
  if (!version) return false;
  try {
    await retryingRaces(async () => {
      const now = Date.now();
      const transaction = new Transaction();
      begin(transaction, tenant, { ...starting, workflowId, versionNum, steps: version.steps, mode: 'live' }, now);
      if (cooldown > 0) {
        const cool = { expression: 'attribute_not_exists(#at) OR #at <= :before', names: { '#at': 'startedAt' } };
        const row = { startedAt: now, ttl: Math.ceil(now / 1000) + keptSeconds };
        const before = { ...cool, values: { ':before': now - cooldown * 1000 } };
        transaction.put(main, workflowKeys.lastStart(reference, workflowId, deviceId), row, before, heldBack);
      }
      const there = { expression: 'attribute_exists(pk)' };
      transaction.check(main, entityKeys.thin(reference, workflows.name, workflowId), there, heldBack);
      also(transaction);
      await transaction.commit();
    });
  } catch (error) {
    if (error instanceof HeldBack) return false;
    if (!(error instanceof AlreadyStarted)) throw error;
  }
  return true;
}
