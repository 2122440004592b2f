import { defineCapability } from '../capability/capability.ts';
import type { Recording } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { newId } from '../table/ids.ts';
import { retryingRaces } from '../table/races.ts';
import { type Given, initialValues } from './fields.ts';
import { problemsOf, shownTables, tablesOf } from './grants.ts';
import type { Kind } from './kind.ts';
import { type ShownEntity, showOne } from './show.ts';
import { followersOf, settled, type Unlinked, writeEntity } from './write.ts';

/** A new entity, which `writeEntity` makes. */
export function newEntity<K extends Kind>(kind: K, given: Given<K['fields']>, id?: string): Unlinked<K> {
  const now = Date.now();
  return {
    id: id ?? newId(now),
    values: initialValues(kind.fields, given),
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

async function create<K extends Kind>(
  kind: K,
  caller: Actor,
  given: Given<K['fields']>,
  once: Recording,
): Promise<ShownEntity<K>> {
  const asked = newEntity(kind, given);
  return await retryingRaces(async () => {
    const made = { ...asked, values: await settled(kind, caller.tenant, undefined, asked.values, given) };
    const shown = await showOne(kind, caller.tenant, { ...made, links: [] });
    await writeEntity(kind, caller, undefined, made, (transaction) =>
      once.record(transaction, { status: 201, body: shown }),
    );
    return shown;
  });
}

/** Creates entities of a kind. The values may include fields that only our code sets. */
export const creates = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: shownTables(kind, tablesOf(kind, 'create')),
    raises: problemsOf(kind, 'create'),
    handsTo: followersOf(kind),
    open: () => ({
      create: (caller: Actor, given: Given<K['fields']>, once: Recording) => create(kind, caller, given, once),
    }),
  });
