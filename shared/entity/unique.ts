import { sameJson } from '../json/equality.ts';
import { problem } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fields, Values } from './fields.ts';
import { type Entity, type Kind, type Unique, wordsOf } from './kind.ts';

/** Guard rows: the key of a guard row contains a unique value, so only one entity of the kind can write it. */

const main = new Table('main');

/** Moves the guards of an entity's unique values. A value that is null has no guard. */
export function moveGuards(
  transaction: Transaction,
  tenant: TenantReference,
  kind: Kind,
  before: Entity | undefined,
  after: Entity | undefined,
): void {
  for (const [field, unique] of Object.entries(kind.unique ?? {}) as [string, Unique][]) {
    const [old, fresh] = [guarded(field, unique, before?.values), guarded(field, unique, after?.values)];
    if (sameJson(old, fresh)) continue;
    const guard = (values: readonly string[]) => entityKeys.unique(tenant, kind.name, field, ...values);
    if (old) transaction.delete(main, guard(old));
    if (!fresh || !after) continue;
    const value = after.values[field];
    const key = guard(fresh);
    transaction.put(main, key, { id: after.id }, absent, () => taken(kind, field, unique, value, key));
  }
}

/**
 * The id of the entity that has a unique value, if any has.
 *
 * @param values the value, and those of the fields within which it is unique
 */
export async function idWith(
  tenant: TenantReference,
  { name }: Pick<Kind, 'name'>,
  field: string,
  ...values: readonly string[]
): Promise<string | undefined> {
  const texts = values.map((value) => JSON.stringify(value));
  const guard = await main.get<{ id: string }>(entityKeys.unique(tenant, name, field, ...texts));
  return guard?.id;
}

function guarded(field: string, { within = [] }: Unique, values: Values<Fields> | undefined): string[] | undefined {
  if (!values || values[field] === null) return undefined;
  return [field, ...within].map((name) => JSON.stringify(values[name]));
}

async function taken(kind: Kind, field: string, unique: Unique, value: unknown, guard: Key) {
  const detail = `Another ${wordsOf(kind)} has this ${field}.`;
  if (unique.taken === undefined) return problem('CONFLICT', detail, { field });
  if (unique.taken === 'EXTERNAL_ID_EXISTS') {
    const other = await main.get<{ id: string }>(guard);
    // The other entity has released the value since.
    return other ? problem('EXTERNAL_ID_EXISTS', detail, { id: other.id }) : lostRace();
  }
  return problem(unique.taken, detail, { version: String(value) });
}
