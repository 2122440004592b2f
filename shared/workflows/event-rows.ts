import { parseExactly } from '../json/exact.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { fromParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { ExecutionRow } from './execution.ts';

/** The event of an execution, kept as it was. */

const main = new Table('main');

type Place = Pick<ExecutionRow, 'sk' | 'workflowId' | 'parts' | 'ttl'>;

export function putEvent(
  transaction: Transaction,
  tenant: TenantReference,
  place: Place,
  parts: readonly Uint8Array[],
) {
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
  return fromParts<string>(rows.map((row) => row!.bytes));
}

export const eventOf = (text: string): unknown => parseExactly(text);
