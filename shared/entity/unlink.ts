import type { Addressee, Tables } from '../capability/capability.ts';
import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { unchanged } from '../table/expressions.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { tablesOf } from './grants.ts';
import type { Kind } from './kind.ts';
import { without } from './path.ts';
import { findEntity } from './rows.ts';
import { endedBy, followersOf, nextVersion, writeEntity } from './write.ts';

/** What happens to entities when something that they refer to is deleted. Both functions are idempotent. */

export interface Unlinking {
  readonly kind: string;
  /** The grants that both need. */
  readonly tables: Tables;
  /** The workers that get messages because of both. */
  readonly handsTo: readonly Addressee[];
  /** Replaces a reference by null, or removes it from its list. */
  clear(actor: Actor, id: string, path: string, gone: string): Promise<void>;
  /** Deletes an entity together with its owner, even if something holds it. */
  drop(actor: Actor, id: string): Promise<void>;
}

const main = new Table('main');

/** For the register of all kinds whose references become null or cascade. */
export const unlinks = (kind: Kind): Unlinking => ({
  kind: kind.name,
  tables: tablesOf(kind, 'change', 'delete'),
  handsTo: [...endedBy(kind), ...followersOf(kind)],
  clear: (actor, id, path, gone) => clear(kind, actor, id, path, gone),
  drop: (actor, id) => drop(kind, actor, id),
});

async function clear(kind: Kind, actor: Actor, id: string, path: string, gone: string): Promise<void> {
  await retryingRaces(async () => {
    const before = await findEntity(kind, actor.tenant.reference, id);
    if (!before) return;
    const values = without(before.values, path, gone);
    if (sameJson(values, before.values)) return;
    await writeEntity(kind, actor, before, nextVersion(before, values));
  });
}

async function drop(kind: Kind, actor: Actor, id: string): Promise<void> {
  const { reference } = actor.tenant;
  await retryingRaces(async () => {
    const before = await findEntity(kind, reference, id);
    if (!before) return;
    const key = entityKeys.holds(reference, kind.name, id);
    const holds = kind.held ? await main.get<{ count: number }>(key) : undefined;
    await writeEntity(kind, actor, before, undefined, (transaction) => {
      // A row with a count stays: the remaining references remove themselves from it when they change or end.
      if (holds?.count === 0) transaction.delete(main, key, unchanged({ count: 0 }), lostRace);
    });
  });
}
