import { invalidFields, noneHasGivenId, type Problem } from '../problems/problem.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fields, Values } from './fields.ts';
import { type Entity, type Kind, type Link, wordsOf } from './kind.ts';
import { nameReferrer, sameLink } from './links.ts';
import { type Found, valuesAt } from './path.ts';
import { findEntity } from './rows.ts';
import { caseOf, casesOf, type Reference, type Target } from './target.ts';

/** The references of an entity, and the checks that the named entities exist. */

const main = new Table('main');

/** A named entity, and its place in the body. */
interface Named {
  readonly target: Target;
  readonly id: string;
  readonly at: Found['at'];
}

/** The references of a write. */
export interface References {
  /** All links of the entity after the write. */
  readonly links: readonly Link[];
  /** The newly named entities, each once. */
  readonly fresh: readonly Named[];
}

type Referring = Pick<Kind, 'name' | 'references'>;

const identity = ({ target, id }: Named): string => `${target.kind}\n${id}`;
const identities = (all: readonly Named[]): ReadonlySet<string> => new Set(all.map(identity));
function eachOnce<N extends Named>(all: readonly N[]): N[] {
  const seen = new Set<string>();
  return all.filter((one) => !seen.has(identity(one)) && seen.add(identity(one)));
}

/** The entities named at a path, each once. */
function namedAt(reference: Reference, path: string, values: Values<Fields> | undefined): Named[] {
  const target = values && caseOf(reference, values)?.to;
  if (!target) return [];
  return eachOnce(valuesAt(values, path).map(({ value, at }) => ({ target, id: String(value), at })));
}

/** The references of an entity that is about to have these values. */
export async function referencesOf(
  kind: Referring,
  tenant: TenantReference,
  id: string,
  before: Entity | undefined,
  values: Values<Fields>,
): Promise<References> {
  const old = before?.links ?? [];
  const links: Link[] = [];
  const fresh: Named[] = [];
  for (const [path, reference] of Object.entries(kind.references ?? {})) {
    const { onDelete = 'keep' } = caseOf(reference, values) ?? {};
    if (onDelete === 'keep') continue;
    const referrer = nameReferrer({ onDelete, kind: kind.name, path, id });
    const named = namedAt(reference, path, values);
    const known = identities(namedAt(reference, path, before?.values));
    if (named.length === known.size && named.every((one) => known.has(identity(one)))) {
      links.push(...old.filter((link) => link.referrer === referrer));
      continue;
    }
    const all =
      onDelete === 'restrict' ? (await Promise.all(named.map((one) => withParents(tenant, one)))).flat() : named;
    for (const one of eachOnce(all)) {
      const link = { kind: one.target.kind, id: one.id, referrer };
      links.push(link);
      if (!old.some((other) => sameLink(other, link))) fresh.push(one);
    }
  }
  return { links, fresh: eachOnce(fresh) };
}

/** The named entity, and the entities above it whose deletion would cascade to it and which can be held. */
async function withParents(tenant: TenantReference, named: Named): Promise<Named[]> {
  const { plain } = named.target;
  const entity = plain && hasParents(plain) ? await findEntity(plain, tenant, named.id) : undefined;
  if (!entity) return [named];
  const parents = Object.entries(plain?.references ?? {})
    .filter(([, reference]) => caseOf(reference, entity.values)?.onDelete === 'cascade')
    .flatMap(([path, reference]) => namedAt(reference, path, entity.values))
    .filter(({ target }) => target.held)
    .map((parent) => withParents(tenant, { ...parent, at: named.at }));
  return [named, ...(await Promise.all(parents)).flat()];
}

export const hasParents = ({ references = {} }: Referring): boolean =>
  Object.values(references).some((one) => casesOf(one).some(({ onDelete }) => onDelete === 'cascade'));

/** Lets the transaction succeed only while all newly named entities exist. */
export function requireNamed(
  transaction: Transaction,
  tenant: TenantReference,
  { fields }: Pick<Kind, 'fields'>,
  { fresh }: References,
): void {
  for (const { target, id, at } of fresh) {
    // Our own code named this entity, not a body: a retry looks it up again.
    const isOurs = fields[String(at[0])]?.setBy === 'server';
    const refusal = isOurs ? lostRace : () => unknownReferences([{ target, id, at }]);
    transaction.check(main, target.key(tenant, id), present, refusal);
  }
}

const present = { expression: 'attribute_exists(pk)' };

/**
 * Refuses newly named entities of `keep` references that do not exist. They are read before the transaction, because
 * they may be many, and each may be deleted a moment later anyway.
 */
export async function requireKept(
  kind: Referring,
  tenant: TenantReference,
  before: Entity | undefined,
  values: Values<Fields>,
): Promise<void> {
  const named = Object.entries(kind.references ?? {}).flatMap(([path, reference]) => {
    if (caseOf(reference, values)?.onDelete !== 'keep') return [];
    const known = identities(namedAt(reference, path, before?.values));
    return namedAt(reference, path, values).filter((one) => !known.has(identity(one)));
  });
  const asked = eachOnce(named);
  const rows = await main.getMany(asked.map(({ target, id }) => target.key(tenant, id)));
  const existing = identities(asked.filter(({ target }, i) => rows[i] && target.fits?.(rows[i]) !== false));
  const unknown = named.filter((one) => !existing.has(identity(one)));
  if (unknown.length > 0) throw unknownReferences(unknown);
}

/** The problem for a field that names nothing, for kinds that look at the named entity themselves. */
export const unknownReference = (target: Pick<Target, 'kind'>, id: string, ...at: Found['at']): Problem =>
  unknownReferences([{ target, id, at }]);

const mostFailures = 100;

function unknownReferences(
  named: readonly (Pick<Named, 'id' | 'at'> & { readonly target: Pick<Target, 'kind'> })[],
): Problem {
  return invalidFields(
    named.slice(0, mostFailures).map(({ target, id, at }) => ({
      type: 'unknown_reference',
      loc: ['body', ...at],
      msg: noneHasGivenId(wordsOf({ name: target.kind }), id),
    })),
  );
}
