import { listKeysOf } from '../../shared/operator/keys.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';

/** The keys of a workspace as a table, newest first, without any secret. */
export async function tableOfKeys(workspace: WorkspaceRow): Promise<string[]> {
  const keys = await listKeysOf(workspace);
  const rows = keys.map(({ key_prefix, status, expires_at, last_used_at, created_at, name }) => [
    key_prefix,
    status,
    created_at,
    expires_at ?? 'never',
    last_used_at ?? 'never',
    name,
  ]);
  return aligned([['prefix', 'status', 'created', 'expires', 'last used', 'name'], ...rows]);
}

function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
