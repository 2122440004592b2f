import { problem } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Link, wordsOf } from './kind.ts';
import { readReferrer, referrersWith } from './links.ts';

/**
 * `restrict` references prevent the deletion of an entity; they hold it. They are counted in one row of the entity, in
 * the transactions that write them, because a delete cannot see rows that are still being written.
 */

const main = new Table('main');
const mostListed = 20;

/** Counts the references that a write adds and removes; each count is changed once. */
export function moveHolds(
  transaction: Transaction,
  tenant: TenantReference,
  before: readonly Link[],
  after: readonly Link[],
): void {
  const counts = new Map<string, { readonly link: Link; count: number }>();
  const count = (links: readonly Link[], each: number) => {
    for (const link of links) {
      if (readReferrer(link.referrer).onDelete !== 'restrict') continue;
      const name = `${link.kind}\n${link.id}`;
      counts.set(name, { link, count: (counts.get(name)?.count ?? 0) + each });
    }
  };
  count(before, -1);
  count(after, 1);
  for (const { link, count } of counts.values()) {
    if (count === 0) continue;
    const update = { expression: 'ADD #count :more', names: { '#count': 'count' }, values: { ':more': count } };
    transaction.update(main, entityKeys.holds(tenant, link.kind, link.id), update);
  }
}

/** Lets a transaction delete an entity only while nothing holds it. Otherwise it is refused with `IN_USE`. */
export function requireFree(transaction: Transaction, tenant: TenantReference, kind: string, id: string): void {
  const free = {
    expression: 'attribute_not_exists(#count) OR #count = :none',
    names: { '#count': 'count' },
    values: { ':none': 0 },
  };
  transaction.delete(main, entityKeys.holds(tenant, kind, id), free, () => inUse(tenant, kind, id));
}

async function inUse(tenant: TenantReference, kind: string, id: string) {
  const { rows } = await main.query<{ sk: string }>(entityKeys.references(tenant, kind, id), {
    between: referrersWith('restrict'),
    pageSize: mostListed,
  });
  // The reference was just removed, or is still being written.
  if (rows.length === 0) return lostRace();
  const all = rows.map(({ sk }) => readReferrer(sk));
  const references = [...new Map(all.map((one) => [one.id, { kind: one.kind, id: one.id }])).values()];
  const detail = `Others refer to this ${wordsOf({ name: kind })}: change or delete them first.`;
  return problem('IN_USE', detail, { references });
}
