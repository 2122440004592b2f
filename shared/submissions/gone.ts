import { formKeys } from '../table/keys/forms.ts';
import { type Expression, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * Forms that were deleted and whose submissions a worker is about to remove. Every read of submissions leaves them out.
 * There are hardly ever any, so asking costs half a read unit.
 */

const main = new Table('main');

export async function goneForms(tenant: TenantReference): Promise<ReadonlySet<string>> {
  const rows = await main.queryAll<{ sk: string }>(formKeys.allGone(tenant));
  return new Set(rows.map(({ sk }) => sk));
}

/**
 * An expression may have 4 kB. If more forms are deleted within minutes, totals count the submissions of the others.
 */
const mostInFilter = 200;

/** The filter that leaves them out of a list; undefined for none. */
export function excluding(gone: ReadonlySet<string>): Expression | undefined {
  const ids = [...gone].slice(0, mostInFilter);
  if (ids.length === 0) return undefined;
  return {
    expression: ids.map((_, i) => `#gone <> :gone${i}`).join(' AND '),
    names: { '#gone': 'formId' },
    values: Object.fromEntries(ids.map((id, i) => [`:gone${i}`, id])),
  };
}
