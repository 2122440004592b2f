import { isDeepStrictEqual } from 'node:util';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import type { Actor } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import type { Recording } from './create.ts';
import type { Values } from './fields.ts';
import type { Kind } from './kind.ts';
import { requireEntity } from './rows.ts';
import { type ShownEntity, showEntity } from './show.ts';
import { writeEntity } from './write.ts';

/** Which change, and what the caller asked of it. */
export interface Changing<K extends Kind> {
  readonly id: string;
  readonly ifMatch: VersionMatch | undefined;
  readonly once: Recording;
  next(values: Values<K['fields']>): Values<K['fields']>;
}

/** Changes an entity; nothing is written where nothing changes. A lost race is read again, or is 412 with `ifMatch`. */
export async function changeEntity<K extends Kind>(
  kind: K,
  caller: Actor,
  { id, ifMatch, once, next }: Changing<K>,
): Promise<ShownEntity<K>> {
  return await retryingRaces(async () => {
    const before = await requireEntity(kind, caller.tenant, id);
    requireVersion(ifMatch, before.version);
    const values = next(before.values);
    if (isDeepStrictEqual(values, before.values)) return showEntity(kind, caller.tenant, before);
    const after = { ...before, values, updatedAt: Date.now(), version: before.version + 1 };
    const shown = showEntity(kind, caller.tenant, after);
    await writeEntity(kind, caller, before, after, (transaction) =>
      once.record(transaction, { status: 200, body: shown }),
    );
    return shown;
  });
}
