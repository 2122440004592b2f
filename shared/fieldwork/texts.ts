import { newId } from '../table/ids.ts';
import { formKeys } from '../table/keys/forms.ts';
import { fromParts, inParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * Texts of a form: its schemas, and what its ids have been published as. A text may take several rows. It is written
 * once and never changed, so that publishing a draft moves no text.
 */

/** A text as it is stored: its id, and the number of its rows. */
export interface StoredText {
  readonly id: string;
  readonly parts: number;
}

interface PartRow {
  readonly part: Uint8Array;
}

const main = new Table('main');

const keysOf = (tenant: TenantReference, formId: string, { id, parts }: StoredText) =>
  Array.from({ length: parts }, (_, i) => formKeys.text(tenant, formId, id, i));

export function putText(transaction: Transaction, tenant: TenantReference, formId: string, value: unknown): StoredText {
  const parts = inParts(value);
  const stored = { id: newId(Date.now()), parts: parts.length };
  for (const [i, key] of keysOf(tenant, formId, stored).entries()) transaction.put(main, key, { part: parts[i] });
  return stored;
}

export function deleteText(
  transaction: Transaction,
  tenant: TenantReference,
  formId: string,
  stored: StoredText,
): void {
  for (const key of keysOf(tenant, formId, stored)) transaction.delete(main, key);
}

/** The texts, in their order; undefined for one that was deleted since its `stored` was read. */
export async function readTexts<T>(
  tenant: TenantReference,
  wanted: readonly { readonly formId: string; readonly stored: StoredText }[],
): Promise<(T | undefined)[]> {
  const keys = wanted.map(({ formId, stored }) => keysOf(tenant, formId, stored));
  const rows = await main.getMany<PartRow>(keys.flat());
  let next = 0;
  return keys.map((of) => {
    const parts = rows.slice(next, next + of.length);
    next += of.length;
    return parts.every((row) => row !== undefined) ? fromParts<T>(parts.map(({ part }) => part)) : undefined;
  });
}
