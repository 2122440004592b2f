import type { KeyRow } from '../auth/key-record.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { lostRace } from '../table/races.ts';
import { optional, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { rateInForce, requireTier, retryingWithWorkspace } from './tier.ts';

const access = new Table('access');
const keysAPage = 100;

/**
 * Updates the rate in force of every key to its workspace's tier. To be called after a change of the plan or of the
 * enterprise rate. A key is written only while the tier is the one that its rate was computed for. Calls for two
 * changes may therefore overlap, and a call that failed halfway can be repeated.
 *
 * @returns how many keys had another rate before
 */
export async function rewriteRateLimits(workspace: WorkspaceRow): Promise<number> {
  let rewritten = 0;
  let after: string | undefined;
  do {
    const rows = apiKeyKeys.apiKeys(workspace.reference);
    const page = await access.query<KeyRow>(rows, { pageSize: keysAPage, ...optional('after', after) });
    for (const row of page.rows) rewritten += Number(await rewrite(workspace, row.keyId));
    after = page.next;
  } while (after !== undefined);
  return rewritten;
}

async function rewrite(workspace: WorkspaceRow, keyId: string): Promise<boolean> {
  const at = apiKeyKeys.apiKey(workspace.reference, keyId);
  return await retryingWithWorkspace({ workspace }, async ({ workspace: current }) => {
    const row = await access.get<KeyRow>(at);
    if (!row) return false;
    const { ownRateLimit, rateLimit } = row;
    const rate = rateInForce(current, ownRateLimit);
    if (rate === rateLimit) return false;
    const transaction = new Transaction();
    transaction.update(access, at, setAll({ rateLimit: rate }), unchanged({ ownRateLimit, rateLimit }), lostRace);
    requireTier(transaction, current);
    await transaction.commit();
    return true;
  });
}
