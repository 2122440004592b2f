import { problem } from '../problems/problem.ts';
import { unchanged } from '../table/expressions.ts';
import { entityKeys } from '../table/keys.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { wordsOf } from './kind.ts';
import { readReferrer, referrersWith } from './links.ts';

/**
 * What holds an entity back from its end: `restrict` references. Each adds to a count as it is written, so that a delete
 * that has seen none, or no more than there were, can tell in its transaction whether one came meanwhile.
 */

const main = new Table('main');
const mostTold = 20;

/** The count as it was seen; undefined where nothing ever held the entity. */
export type SeenHolds = number | undefined;

/**
 * To be read before the transaction that deletes an entity.
 *
 * @throws IN_USE
 */
export async function requireFree(tenant: TenantReference, kind: string, id: string): Promise<SeenHolds> {
  const holds = await main.get<{ count: number }>(entityKeys.holds(tenant, kind, id));
  if (!holds) return undefined;
  const { rows } = await main.query<{ sk: string }>(entityKeys.references(tenant, kind, id), {
    between: referrersWith('restrict'),
    pageSize: mostTold,
  });
  if (rows.length === 0) return holds.count;
  const all = rows.map(({ sk }) => readReferrer(sk));
  const references = [...new Map(all.map((one) => [one.id, { kind: one.kind, id: one.id }])).values()];
  throw problem('IN_USE', `Others refer to this ${wordsOf({ name: kind })}: change or delete them first.`, {
    references,
  });
}

/** Lets the transaction that deletes an entity happen only while nothing new holds it. */
export function endHolds(
  transaction: Transaction,
  tenant: TenantReference,
  kind: string,
  id: string,
  count: SeenHolds,
): void {
  transaction.delete(main, entityKeys.holds(tenant, kind, id), unchanged({ count }), lostRace);
}
