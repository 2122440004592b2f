import { v7 as uuidv7 } from 'uuid';
import { defineCapability } from '../capability/capability.ts';
import { accessKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfRows, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { tierRateLimit, type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import { mintApiKey } from './api-key.ts';
import { type KeyRow, type KeyStatus, keyStatus, showKey } from './key-record.ts';

const access = new Table('access');
const millisecondsPerDay = 86_400_000;

export interface KeyFilters {
  readonly status?: KeyStatus | undefined;
  readonly expiringWithinDays?: number | undefined;
}

export interface KeyDraft {
  readonly name: string;
  readonly description?: string;
  readonly scopes: readonly string[];
  readonly cidrs?: readonly string[];
  readonly expiresAt?: number;
  readonly rateLimit?: number;
}

class KeyReader {
  /** A workspace has some hundreds of keys at most: all are read, then sorted and cut. */
  async list(tenant: Tenant, filters: KeyFilters, page: PageRequest): Promise<PageResult<ReturnType<typeof showKey>>> {
    const now = Date.now();
    const rows = await access.queryAll<KeyRow>(accessKeys.apiKeys(tenant.reference));
    const passing = rows.filter((row) => passes(row, filters, now));
    return showPage(
      pageOfRows(passing, page, (row) => row.id),
      (row) => showKey(row, now),
    );
  }
}

function passes(row: KeyRow, { status, expiringWithinDays }: KeyFilters, now: number): boolean {
  if (status && keyStatus(row, now) !== status) return false;
  if (expiringWithinDays === undefined) return true;
  const { expiresAt = Number.POSITIVE_INFINITY } = row;
  return keyStatus(row, now) === 'active' && expiresAt <= now + expiringWithinDays * millisecondsPerDay;
}

export const readKeys = defineCapability({ tables: { access: ['Query'] }, open: () => new KeyReader() });

/** Makes a key; the answer holds it whole, this once. */
export async function createKey(
  workspace: WorkspaceRow,
  draft: KeyDraft,
  createdBy: string,
): Promise<{ key: string; id: string }> {
  const minted = mintApiKey(
    workspace.reference,
    workspace.environment,
    workspace.apiKeyBrand ?? workspaceDefaults.apiKeyBrand,
  );
  const tier = tierRateLimit(workspace);
  const row: KeyRow = {
    id: uuidv7(),
    keyId: minted.keyId,
    name: draft.name,
    description: draft.description ?? '',
    prefix: minted.prefix,
    environment: workspace.environment,
    secretHash: minted.secretHash,
    scopes: draft.scopes,
    cidrs: draft.cidrs ?? [],
    rateLimit: Math.min(tier, draft.rateLimit ?? tier),
    ...(draft.rateLimit === undefined ? {} : { ownRateLimit: draft.rateLimit }),
    ...(draft.expiresAt === undefined ? {} : { expiresAt: draft.expiresAt }),
    createdBy,
    createdAt: Date.now(),
    version: 1,
  };
  await access.put(
    accessKeys.apiKey(workspace.reference, minted.keyId),
    { ...row },
    { expression: 'attribute_not_exists(pk)' },
  );
  return { key: minted.key, id: row.id };
}

/** Revokes the key with this id, prefix or key id; refused at once from now on. Answers false where there is none. */
export async function revokeKey(workspace: WorkspaceRow, named: string): Promise<boolean> {
  const rows = await access.queryAll<KeyRow>(accessKeys.apiKeys(workspace.reference));
  const row = rows.find(({ id, keyId, prefix }) => [id, keyId, prefix].includes(named));
  if (!row) return false;
  await access.update(accessKeys.apiKey(workspace.reference, row.keyId), {
    expression: 'SET revokedAt = if_not_exists(revokedAt, :now) ADD #version :one',
    names: { '#version': 'version' },
    values: { ':now': Date.now(), ':one': 1 },
  });
  return true;
}
