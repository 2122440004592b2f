import { type KeyRow, type KeyStatus, keyStatus } from '../auth/key-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { type PageRequest, type PageResult, pageOfRows, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { showKey } from './show.ts';

const access = new Table('access');
const millisecondsPerDay = 86_400_000;

export interface KeyFilters {
  readonly status?: KeyStatus | undefined;
  readonly expiringWithinDays?: number | undefined;
}

/** A workspace has at most some hundreds of keys, so all are read, then sorted and cut. */
async function list(
  tenant: Tenant,
  filters: KeyFilters,
  page: PageRequest,
): Promise<PageResult<ReturnType<typeof showKey>>> {
  const now = Date.now();
  const rows = await access.queryAll<KeyRow>(apiKeyKeys.apiKeys(tenant.reference));
  const passing = rows.filter((row) => passes(row, filters, now));
  return showPage(
    pageOfRows(passing, page, (row) => row.id),
    (row) => showKey(row, now),
  );
}

function passes(row: KeyRow, { status, expiringWithinDays }: KeyFilters, now: number): boolean {
  if (status && keyStatus(row, now) !== status) return false;
  if (expiringWithinDays === undefined) return true;
  const { expiresAt = Number.POSITIVE_INFINITY } = row;
  return keyStatus(row, now) === 'active' && expiresAt <= now + expiringWithinDays * millisecondsPerDay;
}

export const listKeys = defineCapability({ tables: { access: ['Query'] }, open: () => ({ list }) });
