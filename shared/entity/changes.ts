import { sameJson } from '../json/equality.ts';
import { hidden } from '../outbox/secrets.ts';
import type { Entity, Kind } from './kind.ts';

/** What the audit log tells of a write. */

const mostToldBytes = 4096;

/** Before and after of each field that changes; of an entity that comes or goes, of each that is not empty. */
export function toldChanges({ fields }: Pick<Kind, 'fields'>, before: Entity | undefined, after: Entity | undefined) {
  const valueIn = (entity: Entity | undefined, name: string) => (entity ? entity.values[name] : fields[name]?.empty);
  const changed = Object.keys(fields).filter((name) => !sameJson(valueIn(before, name), valueIn(after, name)));
  const told = (entity: Entity | undefined, name: string): unknown => {
    const value = entity?.values[name] ?? null;
    return value !== null && !fields[name]?.shown ? hidden : shortened(value);
  };
  return Object.fromEntries(changed.map((name) => [name, [told(before, name), told(after, name)] as const]));
}

/** Lists hold many entries, so what is large is told by its size. */
function shortened(value: unknown): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > mostToldBytes ? { bytes } : value;
}
