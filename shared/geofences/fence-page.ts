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

/** Bodies are read in waves of this many, until they fill an answer, which holds no more than 4 MiB. */
export const bodiesAWave = 200;
export const bytesOfAnswer = 4 * 1024 * 1024;

/** About what a body takes in an answer, rather less. */
export const bytesOf = (row: BodyRow | undefined): number =>
  row ? (row.geometry as Uint8Array).byteLength + (row.action as string).length + (row.metadata as string).length : 0;

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
    if (bytes > bytesOfAnswer) break;
  }
  return rows;
}
