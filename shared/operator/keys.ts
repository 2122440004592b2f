import { keyIdOf } from '../auth/api-key.ts';
import type { KeyRow } from '../auth/key-record.ts';
import { keyChanges, recordKeyEvent } from '../keys/events.ts';
import { scheduleNotices } from '../keys/expiry.ts';
import { listKeys } from '../keys/list.ts';
import { keyQuota } from '../keys/quota.ts';
import { revoke } from '../keys/revoke.ts';
import { makeKey, putKey } from '../keys/rows.ts';
import { latestEnd } from '../keys/settings.ts';
import { retryingWithWorkspace } from '../keys/tier.ts';
import { reserveBeyondLimit } from '../quota/reserve.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';

/** Keys that the platform's operator makes and revokes, regardless of the limits that a workspace sets itself. */

const access = new Table('access');

export interface KeyDraft {
  readonly name: string;
  readonly description?: string;
  readonly scopes: readonly string[];
  readonly cidrs?: readonly string[];
  /** By default, the latest end that the workspace allows. */
  readonly expiresAt?: number;
  readonly rateLimit?: number;
  /** By default, a new one. */
  readonly id?: string;
}

/**
 * Makes a key. Only this answer contains the whole key. It counts toward the workspace's quota, but is not refused beyond
 * the limit: the plan binds the workspace, not the operator.
 */
export async function createKey(workspace: WorkspaceRow, draft: KeyDraft): Promise<{ key: string; id: string }> {
  const caller = systemCaller(workspace);
  return await reserveBeyondLimit(tenantOf(workspace), keyQuota, () =>
    retryingWithWorkspace(caller, async (current) => {
      const now = Date.now();
      const { name, description = '', scopes, cidrs = [], rateLimit: ownRateLimit } = draft;
      const expiresAt = draft.expiresAt ?? latestEnd(current.workspace, now);
      const settings = { name, description, scopes, cidrs, expiresAt, ownRateLimit };
      const { row, key } = makeKey(current.workspace, settings, {
        by: caller.principal,
        at: now,
        ...(draft.id === undefined ? {} : { id: draft.id }),
      });
      const transaction = new Transaction();
      putKey(transaction, current.workspace, row);
      scheduleNotices(transaction, workspace.reference, undefined, row);
      recordKeyEvent(transaction, caller, 'create', row, keyChanges(undefined, row));
      await transaction.commit();
      return { key, id: row.id };
    }),
  );
}

/** All keys of a workspace, newest first. */
export async function listKeysOf(workspace: WorkspaceRow) {
  const all = { limit: Number.POSITIVE_INFINITY, offset: 0, after: undefined, counted: false };
  const { rows } = await listKeys.open().list(tenantOf(workspace), {}, all);
  return rows.map(({ item }) => item);
}

/** Revokes the key with this id, prefix or key id. Returns false if there is none. */
export async function revokeKey(workspace: WorkspaceRow, named: string): Promise<boolean> {
  const { reference } = workspace;
  const keyIds = [keyIdOf(reference, named), named.slice(named.lastIndexOf('_') + 1)].filter(Boolean);
  const rows = await access.getMany<KeyRow>(keyIds.map((keyId) => apiKeyKeys.apiKey(reference, keyId)));
  const row = rows.find((one) => one && [one.id, one.keyId, one.prefix].includes(named));
  if (!row) return false;
  await revoke(systemCaller(workspace), row.id, undefined);
  return true;
}
