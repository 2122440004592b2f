import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import type { Values } from './fields.ts';
import type { Kind } from './kind.ts';
import { findEntity } from './rows.ts';
import { touched, writeEntity } from './write.ts';

/**
 * Sets values that follow from outside events, such as whether a device is connected. The version stays, and no audit
 * entry is written. This and a concurrent change by a user do not undo each other.
 *
 * @param next computes the new values from the present ones; equal values are not written
 * @returns whether the entity exists
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
