import { mintApiKey } from '../auth/api-key.ts';
import type { KeyRow } from '../auth/key-record.ts';
import { changedFields } from '../json/equality.ts';
import { absent, setAll, unchanged } from '../table/expressions.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import type { KeySettings } from './settings.ts';
import { rateInForce, requireTier } from './tier.ts';

/** How rows of keys are made and changed. */

const access = new Table('access');

/** A row that is not written yet, and its key, which can be seen only here. */
export interface MadeKey {
  readonly row: KeyRow;
  readonly key: string;
}

export function makeKey(
  workspace: WorkspaceRow,
  { expiresAt, ownRateLimit, ...settings }: KeySettings,
  made: { readonly by: string; readonly at: number; readonly rotatedFrom?: string; readonly id?: string },
): MadeKey {
  const brand = workspace.apiKeyBrand ?? workspaceDefaults.apiKeyBrand;
  const { id, keyId, prefix, secretHash, key } = mintApiKey(workspace.reference, workspace.environment, brand, made.id);
  const row: KeyRow = {
    id,
    keyId,
    prefix,
    environment: workspace.environment,
    secretHash,
    ...settings,
    rateLimit: rateInForce(workspace, ownRateLimit),
    ...(ownRateLimit === undefined ? {} : { ownRateLimit }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(made.rotatedFrom === undefined ? {} : { rotatedFrom: made.rotatedFrom }),
    createdBy: made.by,
    createdAt: made.at,
    version: 1,
  };
  return { row, key };
}

export function putKey(transaction: Transaction, workspace: WorkspaceRow, row: KeyRow): void {
  transaction.put(access, apiKeyKeys.apiKey(workspace.reference, row.keyId), { ...row }, absent);
  requireTier(transaction, workspace);
}

/** The key with other settings, as its next version. */
export function withSettings(row: KeyRow, settings: KeySettings, workspace: WorkspaceRow): KeyRow {
  const { expiresAt: _end, ownRateLimit: _own, ...rest } = row;
  const { expiresAt, ownRateLimit, ...others } = settings;
  return {
    ...rest,
    ...others,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(ownRateLimit === undefined ? {} : { ownRateLimit }),
    rateLimit: ownRateLimit === row.ownRateLimit ? row.rateLimit : rateInForce(workspace, ownRateLimit),
    version: row.version + 1,
  };
}

/** Writes the attributes that differ, and none of the counters. */
export function updateKey(transaction: Transaction, workspace: WorkspaceRow, before: KeyRow, after: KeyRow): void {
  const [old, fresh] = [before, after] as unknown as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = changedFields(names, old ?? {}, fresh ?? {});
  const set = changed.filter((name) => fresh?.[name] !== undefined);
  const removed = changed.filter((name) => fresh?.[name] === undefined);
  transaction.update(
    access,
    apiKeyKeys.apiKey(workspace.reference, before.keyId),
    setAll(Object.fromEntries(set.map((name) => [name, fresh?.[name]])), removed),
    // The rate as well: a change of the plan rewrites it without raising the version.
    unchanged({ version: before.version, rateLimit: before.rateLimit }),
    lostRace,
  );
}
