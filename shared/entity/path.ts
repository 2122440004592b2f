/**
 * Values within an entity's fields, addressed by a path of names: `scope.sensorId`. A list in or at the end of the path
 * stands for each of its items.
 */

export interface Found {
  readonly value: unknown;
  /** The position: names, and indexes in lists. */
  readonly at: readonly (string | number)[];
}

type Steps = readonly string[];

/** All values at the end of a path that exist and are not null. */
export const valuesAt = (values: object, path: string): Found[] => found(values, path.split('.'), []);

function found(value: unknown, steps: Steps, at: Found['at']): Found[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => found(item, steps, [...at, i]));
  const [step, ...rest] = steps;
  if (step === undefined) return [{ value, at }];
  return found((value as Readonly<Record<string, unknown>>)[step], rest, [...at, step]);
}

/** The values without one of them: it becomes null, or is removed from its list. */
export const without = <V extends object>(values: V, path: string, gone: unknown): V =>
  removed(values, path.split('.'), gone) as V;

function removed(value: unknown, steps: Steps, gone: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) {
    const kept = steps.length === 0 ? value.filter((item) => item !== gone) : value;
    return kept.map((item) => removed(item, steps, gone));
  }
  const [step, ...rest] = steps;
  if (step === undefined) return value === gone ? null : value;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.hasOwn(members, step) ? { ...members, [step]: removed(members[step], rest, gone) } : value;
}
