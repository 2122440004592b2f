import { readTexts, type StoredText } from '../fieldwork/texts.ts';
import { readSchema } from '../forms/read-schema.ts';
import type { Schema } from '../forms/schema.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';

/** Published schemas, ready to check data. They never change, so a process keeps some of them in memory. */

const mostKept = 24;
const kept = new Map<string, Schema>();

function keep(id: string, schema: Schema): void {
  kept.delete(id);
  kept.set(id, schema);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
}

/** Schemas, by the id of their text. One whose form was deleted meanwhile is missing. */
export async function schemasAt(
  tenant: TenantReference,
  wanted: readonly { readonly formId: string; readonly stored: StoredText }[],
): Promise<Map<string, Schema>> {
  const found = new Map<string, Schema>();
  const byId = new Map(wanted.map((one) => [one.stored.id, one]));
  for (const id of byId.keys()) {
    const known = kept.get(id);
    if (known) found.set(id, known);
  }
  const unknown = [...byId.values()].filter(({ stored }) => !found.has(stored.id));
  const texts = await readTexts<FreeObject>(tenant, unknown);
  for (const [i, text] of texts.entries()) {
    const read = text && readSchema(text);
    if (!read) continue;
    // It was sound when it was published. A rule that becomes stricter applies to new schemas only.
    if (read.failures) throw new Error(`The published schema ${unknown[i]!.stored.id} is not sound any more`);
    found.set(unknown[i]!.stored.id, read.schema);
  }
  for (const [id, schema] of found) keep(id, schema);
  return found;
}
