import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Kind, Link } from './kind.ts';
import type { OnDelete } from './target.ts';

/**
 * References as rows. Each lies beside what it names, is written and removed in the transactions of the entity that
 * refers, and only while what it names is there. So whoever deletes something finds all that refers to it, and a list of
 * what belongs to something reads no more than that.
 */

const main = new Table('main');

/** A reference as its row tells it. */
export interface Referrer {
  readonly onDelete: OnDelete;
  readonly kind: string;
  readonly path: string;
  readonly id: string;
}

/** Names a reference among those to the same entity; those of one kind and field lie together, in the order of ids. */
export const nameReferrer = ({ onDelete, kind, path, id }: Referrer): string => `${onDelete}#${kind}#${path}#${id}`;

/** The reference of a row, or of its name. */
export function readReferrer(name: string): Referrer {
  const [id = '', path = '', kind = '', onDelete] = name.split('#').reverse();
  return { onDelete: onDelete as OnDelete, kind, path, id };
}

/** Bounds of the sort keys of all references whose names begin with these parts; `~` sorts after all that follows. */
export function referrersWith(...parts: readonly [onDelete: OnDelete, kind?: string, path?: string]) {
  const beginning = ['by', ...parts, ''].join('#');
  return [beginning, `${beginning}~`] as const;
}

export const sameLink = (a: Link, b: Link): boolean => a.kind === b.kind && a.id === b.id && a.referrer === b.referrer;

/** Whether lists read the rows of this field's references in place of the thin rows of all entities. */
export const isListed = ({ references, filters }: Pick<Kind, 'references' | 'filters'>, path: string): boolean =>
  references?.[path] !== undefined && Object.values(filters).some((filter) => filter.path === path);

/** The links of an entity, and what lists read of it. */
export interface Linked {
  readonly links: readonly Link[];
  readonly thin: Row;
}

/** Brings the rows beside what an entity refers to in line with a write of it. */
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
