import { changedFields } from '../json/equality.ts';
import { hidden } from '../outbox/secrets.ts';
import type { Entity, Kind } from './kind.ts';

/** What the audit log shows of a write. */

const mostShownBytes = 4096;

/**
 * Before and after of each field that changes. For an entity that is created or deleted, all fields that are not empty.
 */
export function shownChanges({ fields }: Pick<Kind, 'fields'>, before: Entity | undefined, after: Entity | undefined) {
  const empty = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.empty]));
  const changed = changedFields(Object.keys(fields), before?.values ?? empty, after?.values ?? empty);
  const shown = (entity: Entity | undefined, name: string): unknown => {
    const value = entity?.values[name] ?? null;
    return value !== null && !fields[name]?.shown ? hidden : shortened(value);
  };
  return Object.fromEntries(changed.map((name) => [name, [shown(before, name), shown(after, name)] as const]));
}

/** A value for the audit log: long lists and texts are replaced by their size. */
export function shortened(value: unknown): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > mostShownBytes ? { bytes } : value;
}
