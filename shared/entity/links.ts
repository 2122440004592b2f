import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Kind, Link } from './kind.ts';
import type { OnDelete } from './target.ts';

/**
 * References as rows. Each row is stored with the entity that it names. It is written and removed in the transactions
 * of the referring entity, and written only while the named entity exists. So a deletion finds all references, and a
 * list of what belongs to an entity reads only those rows.
 */

const main = new Table('main');

/** The referring side of a reference, as the row describes it. */
export interface Referrer {
  readonly onDelete: OnDelete;
  readonly kind: string;
  readonly path: string;
  readonly id: string;
}

/**
 * The name of a reference, unique among the references to one entity. References of one kind and field are stored
 * together, in the order of ids.
 */
export const nameReferrer = ({ onDelete, kind, path, id }: Referrer): string => `${onDelete}#${kind}#${path}#${id}`;

/** The reference that a row, or its name, describes. */
export function readReferrer(name: string): Referrer {
  const [id = '', path = '', kind = '', onDelete] = name.split('#').reverse();
  return { onDelete: onDelete as OnDelete, kind, path, id };
}

/**
 * Bounds of the sort keys of all references whose names begin with these parts; `~` sorts after everything that can
 * follow.
 */
export function referrersWith(...parts: readonly [onDelete: OnDelete, kind?: string, path?: string]) {
  const beginning = ['by', ...parts, ''].join('#');
  return [beginning, `${beginning}~`] as const;
}

export const sameLink = (a: Link, b: Link): boolean => a.kind === b.kind && a.id === b.id && a.referrer === b.referrer;

/** Whether lists read the rows of this field's references instead of the thin rows of all entities. */
export const isListed = ({ references, filters }: Pick<Kind, 'references' | 'filters'>, path: string): boolean =>
  references?.[path] !== undefined && Object.values(filters).some((filter) => !filter.others && filter.path === path);

/** The links of an entity, and its thin row for lists. */
export interface Linked {
  readonly links: readonly Link[];
  readonly thin: Row;
}

/** Updates the rows of an entity's references, together with a write of the entity. */
export function moveLinks(
  transaction: Transaction,
  tenant: TenantReference,
  kind: Kind,
  before: Linked | undefined,
  after: Linked | undefined,
  sameThin: boolean,
): void {
  const keyOf = ({ kind: target, id, referrer }: Link): Key => entityKeys.reference(tenant, target, id, referrer);
  const [old, fresh] = [before?.links ?? [], after?.links ?? []];
  for (const link of old) {
    if (!fresh.some((one) => sameLink(one, link))) transaction.delete(main, keyOf(link));
  }
  for (const link of fresh) {
    const listed = isListed(kind, readReferrer(link.referrer).path);
    const stays = (sameThin || !listed) && old.some((one) => sameLink(one, link));
    if (!stays) transaction.put(main, keyOf(link), listed ? { ...after?.thin } : {});
  }
}
