import { mainKeys } from '../table/keys.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { tierRateLimit, type WorkspaceRow } from '../tenancy/workspace-record.ts';

/** The tier's request rate, a copy of which each key carries, and how the copies keep up with it. */

const main = new Table('main');

/** Requests a window in force: the key's own limit, or its tier's. */
export const rateInForce = (workspace: WorkspaceRow, own: number | undefined): number =>
  Math.min(tierRateLimit(workspace), own ?? Number.POSITIVE_INFINITY);

/**
 * Lets a write that holds a rate of this workspace's tier happen only while the tier is so. Whoever changes the tier
 * rewrites the rates of all keys afterwards, and must find those of writers that knew the old one.
 */
export function holdTier(transaction: Transaction, workspace: WorkspaceRow): void {
  const { plan, enterpriseRateLimit: rate } = workspace;
  const sameRate = rate === undefined ? 'attribute_not_exists(#rate)' : '#rate = :rate';
  transaction.check(
    main,
    mainKeys.workspace(workspace.reference),
    {
      expression: `#plan = :plan AND ${sameRate}`,
      names: { '#plan': 'plan', '#rate': 'enterpriseRateLimit' },
      values: { ':plan': plan, ...(rate === undefined ? {} : { ':rate': rate }) },
    },
    lostRace,
  );
}

/**
 * Acts with the workspace as it was read beside the credential, and again with what is read anew where another writer,
 * of the key or of the workspace's plan, came first.
 */
export async function retryingWithWorkspace<C extends { readonly workspace: WorkspaceRow }, T>(
  caller: C,
  act: (current: C) => Promise<T>,
): Promise<T> {
  let current: C | undefined;
  return await retryingRaces(async () => {
    const workspace = current && (await main.get<WorkspaceRow>(mainKeys.workspace(caller.workspace.reference)));
    current = workspace ? { ...caller, workspace } : caller;
    return await act(current);
  });
}
