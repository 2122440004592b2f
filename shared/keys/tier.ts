import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { tierRateLimit, type WorkspaceRow } from '../tenancy/workspace-record.ts';

/** The request rate of the tier. Each key carries a copy of it; this code keeps the copies up to date. */

const main = new Table('main');

/** Requests in a window: the key's own limit, or its tier's. */
export const rateInForce = (workspace: WorkspaceRow, own: number | undefined): number =>
  Math.min(tierRateLimit(workspace), own ?? Number.POSITIVE_INFINITY);

/**
 * Adds the condition that the workspace is still in this tier to a write of a rate. After a change of the tier the
 * rates of all keys are rewritten, and no key may get the old rate after that.
 */
export function requireTier(transaction: Transaction, workspace: WorkspaceRow): void {
  const { plan, enterpriseRateLimit: rate } = workspace;
  const sameRate = rate === undefined ? 'attribute_not_exists(#rate)' : '#rate = :rate';
  transaction.check(
    main,
    workspaceKeys.workspace(workspace.reference),
    {
      expression: `#plan = :plan AND ${sameRate}`,
      names: { '#plan': 'plan', '#rate': 'enterpriseRateLimit' },
      values: { ':plan': plan, ...(rate === undefined ? {} : { ':rate': rate }) },
    },
    lostRace,
  );
}

/**
 * Acts with the workspace as it was read together with the credential. After a lost race, with another writer of the
 * key or of the plan, it reads the workspace and acts again.
 */
export async function retryingWithWorkspace<C extends { readonly workspace: WorkspaceRow }, T>(
  caller: C,
  act: (current: C) => Promise<T>,
): Promise<T> {
  let current: C | undefined;
  return await retryingRaces(async () => {
    const workspace = current && (await main.get<WorkspaceRow>(workspaceKeys.workspace(caller.workspace.reference)));
    current = workspace ? { ...caller, workspace } : caller;
    return await act(current);
  });
}
