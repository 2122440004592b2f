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

/** Where a text is. */
export interface TextPlace {
  readonly id: string;
  readonly parts: number;
}

interface PartRow {
  readonly part: Uint8Array;
}

const main = new Table('main');

const keysOf = (tenant: TenantReference, formId: string, { id, parts }: TextPlace) =>
  Array.from({ length: parts }, (_, i) => formKeys.text(tenant, formId, id, i));

export function putText(transaction: Transaction, tenant: TenantReference, formId: string, value: unknown): TextPlace {
  const parts = inParts(value);
  const place = { id: newId(Date.now()), parts: parts.length };
  for (const [i, key] of keysOf(tenant, formId, place).entries()) transaction.put(main, key, { part: parts[i] });
  return place;
}

export function deleteText(transaction: Transaction, tenant: TenantReference, formId: string, place: TextPlace): void {
  for (const key of keysOf(tenant, formId, place)) transaction.delete(main, key);
}

/** The texts at some places, in their order; undefined for one that was deleted since its place was read. */
export async function readTexts<T>(
  tenant: TenantReference,
  places: readonly { readonly formId: string; readonly place: TextPlace }[],
): Promise<(T | undefined)[]> {
  const keys = places.map(({ formId, place }) => keysOf(tenant, formId, place));
  const rows = await main.getMany<PartRow>(keys.flat());
  let next = 0;
  return keys.map((of) => {
    const parts = rows.slice(next, next + of.length);
    next += of.length;
    return parts.every((row) => row !== undefined) ? fromParts<T>(parts.map(({ part }) => part)) : undefined;
  });
}
