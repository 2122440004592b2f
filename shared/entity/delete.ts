import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import type { Actor } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import { problemsOf, tablesOf } from './grants.ts';
import { requireFree } from './holds.ts';
import type { Kind } from './kind.ts';
import { requireEntity } from './rows.ts';
import { endedBy, writeEntity } from './write.ts';

/** After this no read finds the entity. References to it end within minutes. */
async function remove(kind: Kind, caller: Actor, id: string, ifMatch: VersionMatch | undefined): Promise<void> {
  const { reference } = caller.tenant;
  await retryingRaces(async () => {
    const before = await requireEntity(kind, caller.tenant, id);
    if (!kind.immutable) requireVersion(ifMatch, before.version);
    await writeEntity(kind, caller, before, undefined, (transaction) => {
      if (kind.held) requireFree(transaction, reference, kind.name, id);
    });
  });
}

/** Deletes entities of a kind permanently. */
export const deletes = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: tablesOf(kind, 'delete'),
    raises: problemsOf(kind, 'delete'),
    handsTo: endedBy(kind),
    open: () => ({
      delete: (caller: Actor, id: string, ifMatch: VersionMatch | undefined) => remove(kind, caller, id, ifMatch),
    }),
  });
