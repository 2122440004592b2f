import type { PageResult } from '../table/page.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { showFence } from './fence.ts';
import { type BodyRow, readBody } from './rows.ts';

export type Shown = ReturnType<typeof showFence>;

/** A fence of a list, still packed, with the place it takes in the order of the list. */
export interface Found {
  readonly position: string;
  readonly body: BodyRow;
}

/** An answer holds less. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Fences as answers show them. A geometry takes many times its packed size, so what lies beyond an answer's end stays
 * packed; the first one beyond is shown, by which the list notices that it has to cut.
 */
export function shownRows(tenant: Tenant, found: readonly Found[]): PageResult<Shown>['rows'] {
  const rows: { position: string; item: Shown }[] = [];
  let bytes = 0;
  for (const { position, body } of found) {
    const item = showFence(tenant, readBody(body));
    rows.push({ position, item });
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (bytes > mostBytes) break;
  }
  return rows;
}
