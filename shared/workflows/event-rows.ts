import { gunzipSync, gzipSync } from 'node:zlib';
import { parseExactly } from '../json/exact.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { ExecutionRow } from './execution.ts';

/** The event of an execution, kept as it was. */

const main = new Table('main');
/** A row holds 400 KB. */
const partBytes = 350 * 1024;

export const partsOf = (event: string): Buffer[] => {
  const packed = gzipSync(event);
  return Array.from({ length: Math.ceil(packed.length / partBytes) }, (_, i) =>
    packed.subarray(i * partBytes, (i + 1) * partBytes),
  );
};

type Place = Pick<ExecutionRow, 'sk' | 'workflowId' | 'parts' | 'ttl'>;

export function putEvent(transaction: Transaction, tenant: TenantReference, place: Place, parts: readonly Buffer[]) {
  for (const [i, bytes] of parts.entries()) {
    const key = workflowKeys.event(tenant, place.workflowId, place.sk, i);
    transaction.put(main, key, { bytes, ttl: place.ttl });
  }
}

/** The event as JSON; undefined if a part of it is gone. */
export async function readEvent(
  tenant: TenantReference,
  { workflowId, sk, parts }: Place,
): Promise<string | undefined> {
  const keys = Array.from({ length: parts }, (_, i) => workflowKeys.event(tenant, workflowId, sk, i));
  const rows = await main.getMany<{ bytes: Uint8Array }>(keys);
  if (rows.some((row) => !row)) return undefined;
  return gunzipSync(Buffer.concat(rows.map((row) => row!.bytes))).toString('utf8');
}

export const eventOf = (text: string): unknown => parseExactly(text);
