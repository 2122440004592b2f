import type { Recording } from '../http/once.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { syncPlanKeys } from '../table/keys/sync-plans.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type SyncPlanRow, ttlOf } from './record.ts';

/**
 * The outcome of a change that is applied. It is written once: in the transaction that makes the change, or with the
 * reason why the change was not made.
 */

export type Outcome =
  | { readonly result: 'done'; readonly geofenceId?: string }
  | { readonly result: 'failed'; readonly message: string };

export type NumberedOutcome = Outcome & { readonly number: number };

/** The change already has an outcome from an earlier run. */
export class AlreadyEnded extends Error {}

const main = new Table('main');

const rowOf = (plan: SyncPlanRow, number: number, outcome: Outcome) => ({ ...outcome, number, ttl: ttlOf(plan) });

/** Adds the outcome of a change to the transaction that makes it. */
export function recordingOutcome(tenant: TenantReference, plan: SyncPlanRow, number: number): Recording {
  const key = syncPlanKeys.outcome(tenant, plan.id, number);
  return {
    record: (transaction, { status, body }) => {
      const made = status === 201 ? { geofenceId: (body as { readonly id: string }).id } : {};
      transaction.put(main, key, rowOf(plan, number, { result: 'done', ...made }), absent, () => new AlreadyEnded());
    },
  };
}

/** Records that a change failed, unless it has an outcome already. */
export async function endFailed(
  tenant: TenantReference,
  plan: SyncPlanRow,
  number: number,
  message: string,
): Promise<void> {
  const key = syncPlanKeys.outcome(tenant, plan.id, number);
  const row = rowOf(plan, number, { result: 'failed', message });
  await retryingRaces(() => main.put(key, row, absent)).catch((error: unknown) => {
    if (!isConditionFailed(error)) throw error;
  });
}

/** Outcomes of the changes whose numbers lie in a range, both ends included. */
export async function readOutcomes(
  tenant: TenantReference,
  { id }: Pick<SyncPlanRow, 'id'>,
  from: number,
  to: number,
): Promise<Map<number, Outcome>> {
  const between = [syncPlanKeys.outcome(tenant, id, from).sk, syncPlanKeys.outcome(tenant, id, to).sk] as const;
  const rows = await main.queryAll<NumberedOutcome>(syncPlanKeys.rows(tenant, id), { between });
  return new Map(rows.map((row) => [row.number, row]));
}
