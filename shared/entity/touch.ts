import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import type { Values } from './fields.ts';
import type { Kind } from './kind.ts';
import { findEntity } from './rows.ts';
import { touched, writeEntity } from './write.ts';

/**
 * Sets values that follow the world, such as whether a device is connected. The version stays and the audit log tells
 * nothing; a change that somebody makes at the same time is not undone, and does not undo this.
 *
 * @param next the values as they are to be, from those that there are; the same ones write nothing
 * @returns whether there is such an entity
 */
export async function touchEntity<K extends Kind>(
  kind: K,
  actor: Actor,
  id: string,
  next: (values: Values<K['fields']>) => Values<K['fields']>,
): Promise<boolean> {
  return await retryingRaces(async () => {
    const before = await findEntity(kind, actor.tenant.reference, id);
    if (!before) return false;
    const values = next(before.values);
    if (!sameJson(values, before.values)) await writeEntity(kind, actor, before, touched(before, values));
    return true;
  });
}
