import type { Caller } from '../auth/caller.ts';
import { type KeyRow, keyStatus } from '../auth/key-record.ts';
import { defineCapability } from '../capability/capability.ts';
import type { SecretOnce } from '../http/once.ts';
import { problem } from '../problems/problem.ts';
import { announceReplacement } from '../quota/release.ts';
import { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { keyChanges, recordKeyEvent } from './events.ts';
import { defersOfKeys, scheduleNotices } from './expiry.ts';
import { requireKey } from './find.ts';
import { countInGrace, keyQuota } from './quota.ts';
import { type MadeKey, makeKey, putKey, updateKey } from './rows.ts';
import { rotatedSettings } from './settings.ts';
import { retryingWithWorkspace } from './tier.ts';

const millisecondsPerHour = 3_600_000;

export interface Rotated extends MadeKey {
  /** When the old key ends. */
  readonly previousExpiresAt: number;
}

/**
 * Makes a key with the settings of this one; this one ends after the grace period. From now on the new key counts
 * toward the quota, and the old one does not.
 */
async function rotate(caller: Caller, id: string, graceHours: number, once: SecretOnce): Promise<Rotated> {
  return await retryingWithWorkspace(caller, async (current) => {
    const before = await requireKey(caller.tenant, id);
    const now = Date.now();
    requireRotatable(before, now);
    if (graceHours > 0) await requireGrace(current.workspace);
    const settings = rotatedSettings(current, before, now);
    const made = makeKey(current.workspace, settings, { by: caller.principal, at: now, rotatedFrom: id });
    const previousExpiresAt = Math.min(
      before.expiresAt ?? Number.POSITIVE_INFINITY,
      now + graceHours * millisecondsPerHour,
    );
    const after = replaced(before, made.row.id, previousExpiresAt);
    await announceReplacement(caller.tenant, keyQuota);
    const transaction = new Transaction();
    putKey(transaction, current.workspace, made.row);
    updateKey(transaction, current.workspace, before, after);
    scheduleNotices(transaction, caller.tenant.reference, before, after);
    scheduleNotices(transaction, caller.tenant.reference, undefined, made.row);
    const rotated = { ...keyChanges(before, after), replaced_by: [null, made.row.id] as const };
    recordKeyEvent(transaction, caller, 'rotate', before, rotated);
    const created = { ...keyChanges(undefined, made.row), rotated_from: [null, id] as const };
    recordKeyEvent(transaction, caller, 'create', made.row, created);
    once.recordSecret(transaction, made.row.id);
    await transaction.commit();
    return { ...made, previousExpiresAt };
  });
}

const replaced = (row: KeyRow, by: string, end: number): KeyRow => ({
  ...row,
  expiresAt: end,
  replacedBy: by,
  version: row.version + 1,
});

function requireRotatable(row: KeyRow, now: number): void {
  const status = keyStatus(row, now);
  if (status !== 'active') {
    const detail = `The key is ${status}; only a key that works can be rotated. Make a new one.`;
    throw problem('INVALID_TRANSITION', detail, { from: status, to: 'rotated' });
  }
  if (row.replacedBy === undefined) return;
  const detail = `The key was rotated already; rotate ${row.replacedBy}, which replaces it.`;
  throw problem('INVALID_TRANSITION', detail, { from: 'rotated', to: 'rotated' });
}

/**
 * A key in its grace period does not count toward the quota. The plan limits their number too, so that rotations cannot
 * make any number of keys.
 */
async function requireGrace(workspace: WorkspaceRow): Promise<void> {
  const { api_keys: most } = plans[workspace.plan].limits;
  if (most < 0 || (await countInGrace(workspace)) < most) return;
  const detail =
    `${most} replaced keys still work in their grace period, as many as the plan has keys. ` +
    'Rotate with "grace_period_hours": 0, or revoke one of them.';
  throw problem('INVALID_TRANSITION', detail, { from: 'active', to: 'rotated' });
}

export const rotateKeys = defineCapability({
  tables: {
    access: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    main: ['GetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'],
  },
  defersTo: defersOfKeys,
  open: () => ({ rotate }),
});
