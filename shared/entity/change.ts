import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import { type Change, merged, type Replacement, replaced, type Values } from './fields.ts';
import { problemsOf, shownTables, tablesOf } from './grants.ts';
import type { Kind } from './kind.ts';
import { requireEntity } from './rows.ts';
import { type ShownEntity, showOne } from './show.ts';
import { followersOf, nextVersion, settled, writeEntity } from './write.ts';

/** The change, and the conditions of the request. */
interface Changing<K extends Kind> {
  readonly id: string;
  readonly ifMatch: VersionMatch | undefined;
  /** The fields of the body. */
  readonly given: object;
  next(values: Values<K['fields']>): Values<K['fields']>;
}

/**
 * Changes an entity. If nothing differs, nothing is written. After a lost race the entity is read again; with `ifMatch`
 * the answer is 412.
 */
async function change<K extends Kind>(
  kind: K,
  caller: Actor,
  { id, ifMatch, given, next }: Changing<K>,
): Promise<ShownEntity<K>> {
  return await retryingRaces(async () => {
    const before = await requireEntity(kind, caller.tenant, id);
    requireVersion(ifMatch, before.version);
    const values = await settled(kind, caller.tenant, before.values, next(before.values), given);
    if (sameJson(values, before.values)) return await showOne(kind, caller.tenant, before);
    kind.allows?.(before.values, values);
    const after = nextVersion(before, values);
    const shown = await showOne(kind, caller.tenant, after);
    await writeEntity(kind, caller, before, after);
    return shown;
  });
}

/** Merges the given fields into an entity of a kind. */
export const patches = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: shownTables(kind, tablesOf(kind, 'change')),
    raises: problemsOf(kind, 'change'),
    handsTo: followersOf(kind),
    open: () => ({
      patch: (caller: Actor, id: string, given: Change<K['fields']>, ifMatch: VersionMatch | undefined) =>
        change(kind, caller, { id, ifMatch, given, next: (values) => merged(kind.fields, values, given) }),
    }),
  });

/** Replaces all fields of an entity of a kind that bodies may change. */
export const replaces = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: shownTables(kind, tablesOf(kind, 'change')),
    raises: problemsOf(kind, 'change'),
    handsTo: followersOf(kind),
    open: () => ({
      replace: (caller: Actor, id: string, given: Replacement<K['fields']>, ifMatch: VersionMatch | undefined) =>
        change(kind, caller, { id, ifMatch, given, next: (values) => replaced(kind.fields, values, given) }),
    }),
  });
