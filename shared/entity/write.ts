import type { Addressee } from '../capability/capability.ts';
import { sameJson } from '../json/equality.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { unchanged } from '../table/expressions.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { shownChanges } from './changes.ts';
import type { Fields, Values } from './fields.ts';
import { thinRow } from './filters.ts';
import { moveHolds } from './holds.ts';
import type { Entity, Kind } from './kind.ts';
import { type Linked, moveLinks } from './links.ts';
import { moveQuota } from './quota.ts';
import { referencesOf, requireKept, requireNamed } from './references.ts';
import { bodyRow } from './rows.ts';
import { moveGuards } from './unique.ts';

/**
 * Every write goes through here: it creates, changes or deletes an entity, with everything that follows from it, in one
 * transaction. If there are several reasons to refuse it, the first in this order is reported: a lost race, which is
 * retried, then an unknown reference, then a unique value that is taken, then the quota.
 */

const main = new Table('main');

export const nextVersion = <F extends Fields>(before: Entity<F>, values: Values<F>): Entity<F> => ({
  ...before,
  values,
  updatedAt: Date.now(),
  version: before.version + 1,
  serial: undefined,
});

/** The same for values that follow from outside events: the version stays, and no audit entry is written. */
export const touched = <F extends Fields>(before: Entity<F>, values: Values<F>): Entity<F> => ({
  ...before,
  values,
  serial: (before.serial ?? 0) + 1,
});

/** The values that a body leads to; see `Settling`. */
export const settled = async <K extends Kind>(
  { settles }: K,
  { reference }: Tenant,
  before: Values<K['fields']> | undefined,
  after: Values<K['fields']>,
  given: object,
): Promise<Values<K['fields']>> =>
  settles ? ((await settles.settle(reference, before, after, given)) as Values<K['fields']>) : after;

/** An entity that is about to be written. Its links follow from its values. */
export type Unlinked<K extends Kind> = Omit<Entity<K['fields']>, 'links'>;

export async function writeEntity<K extends Kind>(
  kind: K,
  actor: Actor,
  before: Entity<K['fields']> | undefined,
  after: Unlinked<K> | undefined,
  also?: (transaction: Transaction) => void | Promise<void>,
): Promise<void> {
  const transaction = new Transaction();
  await addWrite(transaction, kind, actor, before, after, also);
  await transaction.commit();
}

/** Adds the write of an entity to a transaction, for changes of several entities. */
export async function addWrite<K extends Kind>(
  transaction: Transaction,
  kind: K,
  actor: Actor,
  before: Entity<K['fields']> | undefined,
  after: Unlinked<K> | undefined,
  also: (transaction: Transaction) => void | Promise<void> = () => undefined,
): Promise<void> {
  const { reference } = actor.tenant;
  if (after) await requireKept(kind, reference, before, after.values);
  const references = after && (await referencesOf(kind, reference, after.id, before, after.values));
  const next = after && references && { ...after, links: references.links };
  moveBody(transaction, actor, kind, before, next);
  await also(transaction);
  if (references) requireNamed(transaction, reference, kind, references);
  moveGuards(transaction, reference, kind, before, next);
  moveQuota(transaction, actor.tenant, kind, before, next);
  moveThin(transaction, actor, kind, before, next);
  if (!next || next.version !== before?.version) recordWrite(transaction, actor, kind, before, next);
  await kind.hook?.act(transaction, actor, before, next);
}

function moveBody(transaction: Transaction, { tenant }: Actor, kind: Kind, before?: Entity, after?: Entity): void {
  const key = entityKeys.body(tenant.reference, kind.name, (after ?? before)!.id);
  const asRead = before && unchanged({ version: before.version, serial: before.serial });
  if (after) transaction.put(main, key, bodyRow(after), asRead, asRead && lostRace);
  else transaction.delete(main, key, asRead, asRead && lostRace);
}

/** The thin row, and the rows of its references, which lists read too. */
function moveThin(transaction: Transaction, { tenant }: Actor, kind: Kind, before?: Entity, after?: Entity): void {
  const linked = (entity?: Entity): Linked | undefined =>
    entity && { links: entity.links, thin: thinRow(kind, entity.values) };
  const [old, next] = [linked(before), linked(after)];
  const sameThin = sameJson(old?.thin, next?.thin);
  const key = entityKeys.thin(tenant.reference, kind.name, (after ?? before)!.id);
  if (!next) transaction.delete(main, key);
  else if (!sameThin) transaction.put(main, key, next.thin);
  moveLinks(transaction, tenant.reference, kind, old, next, sameThin);
  moveHolds(transaction, tenant.reference, old?.links ?? [], next?.links ?? []);
}

/** The messages that follow a deletion; a capability that deletes declares them as `handsTo`. */
export const endedBy = ({ retiredBy }: Pick<Kind, 'retiredBy'>): readonly (typeof UnlinkMessage)[] => [
  UnlinkMessage,
  ...(retiredBy ? [retiredBy] : []),
];

/** The messages that follow a create or a change; a capability that makes one declares them as `handsTo`. */
export const followersOf = ({ followedBy }: Pick<Kind, 'followedBy'>): readonly Addressee[] =>
  followedBy?.messages ?? [];

function recordWrite(transaction: Transaction, actor: Actor, kind: Kind, before?: Entity, after?: Entity): void {
  const { id } = (after ?? before)!;
  const message = { tenant: actor.tenant.reference, kind: kind.name, id };
  recordEvent(transaction, actor, {
    action: `${kind.name}.${!before ? 'create' : after ? 'update' : 'delete'}`,
    resourceType: kind.name,
    resourceId: id,
    changes: shownChanges(kind, before, after),
    handOver: after
      ? (kind.followedBy?.ordersOf(actor.tenant.reference, id, before?.values, after.values) ?? [])
      : endedBy(kind).map((definition) => definition.order(message)),
  });
}
