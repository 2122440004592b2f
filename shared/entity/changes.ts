import { sameJson } from '../json/equality.ts';
import { hidden } from '../outbox/secrets.ts';
import type { Entity, Kind } from './kind.ts';

/** What the audit log shows of a write. */

const mostToldBytes = 4096;

/**
 * Before and after of each field that changes. For an entity that is created or deleted, all fields that are not empty.
 */
export function toldChanges({ fields }: Pick<Kind, 'fields'>, before: Entity | undefined, after: Entity | undefined) {
  const valueIn = (entity: Entity | undefined, name: string) => (entity ? entity.values[name] : fields[name]?.empty);
  const changed = Object.keys(fields).filter((name) => !sameJson(valueIn(before, name), valueIn(after, name)));
  const told = (entity: Entity | undefined, name: string): unknown => {
    const value = entity?.values[name] ?? null;
    return value !== null && !fields[name]?.shown ? hidden : shortened(value);
  };
  return Object.fromEntries(changed.map((name) => [name, [told(before, name), told(after, name)] as const]));
}

/** Long lists and texts are replaced by their size. */
function shortened(value: unknown): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > mostToldBytes ? { bytes } : value;
}
