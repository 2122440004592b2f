import { bytesOfAnswer, type PageResult } from '../table/page.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { showFence } from './fence.ts';
import { type BodyRow, readBody } from './rows.ts';

export type Shown = ReturnType<typeof showFence>;

/** A fence of a list, still packed, with its position in the order of the list. */
export interface Found {
  readonly position: string;
  readonly body: BodyRow;
}

/** The number of bodies that are read at a time, until they fill an answer. */
export const bodiesAWave = 200;

/** A low estimate of the bytes that a body takes in an answer. */
export const bytesOf = (row: BodyRow | undefined): number =>
  row ? (row.geometry as Uint8Array).byteLength + (row.action as string).length + (row.metadata as string).length : 0;

/**
 * Fences as answers show them. A geometry takes many times its packed size, so fences beyond the end of the answer stay
 * packed. Only the first of those is included, so that the list sees that it has to cut.
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
