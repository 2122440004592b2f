import { moments } from './values.ts';

/** Makes the rules of random forms valid. */

export type RawField = Record<string, unknown> & { fields?: RawField[] };

/** A field with its position in the document, the repeat that it is in, and all that it is in. */
interface Placed {
  readonly field: RawField;
  readonly at: number;
  readonly repeat: string | undefined;
  readonly holders: readonly string[];
}

function placed(fields: readonly RawField[]): Placed[] {
  const all: Placed[] = [];
  const walk = (field: RawField, repeat: string | undefined, holders: readonly string[]) => {
    all.push({ field, at: all.length, repeat, holders });
    const id = String(field.id);
    for (const inner of field.fields ?? []) walk(inner, field.type === 'repeat' ? id : repeat, [...holders, id]);
  };
  for (const field of fields) walk(field, undefined, []);
  return all;
}

const uncomparable = ['geopoint', 'geotrace', 'route', 'group', 'repeat', 'note', 'divider'];
const kindsOf: Readonly<Record<string, (type: string) => boolean>> = {
  answered: (type) => type !== 'note' && type !== 'divider',
  count: (type) => type === 'repeat' || !uncomparable.includes(type),
};

class NothingToName extends Error {}

/** Replaces the references of a rule by valid ones, out of `candidates`: those that it can see, or aggregate over. */
function pointed(rule: unknown, candidates: (isSeen: boolean) => readonly Placed[], over?: string): unknown {
  if (Array.isArray(rule)) return rule.map((item) => pointed(item, candidates, over));
  if (typeof rule !== 'object' || rule === null) return rule;
  const { field, op, value } = rule as { field?: string; op?: string; value?: unknown };
  if (field === undefined) {
    const next = op === 'sum' || op === 'count' ? op : undefined;
    return Object.fromEntries(Object.entries(rule).map(([key, one]) => [key, pointed(one, candidates, next)]));
  }
  const isKind = kindsOf[over ?? op ?? ''] ?? ((type: string) => !uncomparable.includes(type));
  const there = candidates(over === undefined).filter((one) => isKind(String(one.field.type)));
  if (there.length === 0) throw new NothingToName();
  const { id, type } = there[Number(field.slice(1)) % there.length]!.field;
  const times = moments[type as 'date'];
  const named = { ...rule, field: id };
  if (!times || value === undefined || op === 'answered') return named;
  const other = (one: unknown) => times[JSON.stringify(one).length % times.length];
  return { ...named, value: Array.isArray(value) ? value.map(other) : other(value) };
}

/**
 * Makes rules name fields that they can see. There are no cycles, since a field depends only on earlier ones, or in
 * backward forms only on later ones. `required_if` may name every field.
 */
export function sound(fields: RawField[], isBackward: boolean): RawField[] {
  const all = placed(fields);
  const candidatesOf = (own: Placed, key: string) => (isSeen: boolean) =>
    all.filter((other) => {
      const [id, ownId] = [String(other.field.id), String(own.field.id)];
      if (id === ownId || own.holders.includes(id) || other.holders.includes(ownId)) return false;
      const isOver = (other.field.type === 'repeat' ? id : other.repeat) !== undefined && other.repeat !== own.repeat;
      const isVisible = other.repeat === undefined || other.repeat === own.repeat;
      const isOrdered = key === 'required_if' || (isBackward ? other.at > own.at : other.at < own.at);
      return isOrdered && (isSeen ? isVisible : isOver || (other.field.type === 'repeat' && isVisible));
    });
  const ruled = (field: RawField): RawField => {
    const own = all.find((one) => one.field === field)!;
    let next = field;
    for (const key of ['visible_if', 'required_if', 'calculate']) {
      const { [key]: rule, ...rest } = next;
      if (rule === undefined) continue;
      try {
        next = { ...rest, [key]: pointed(rule, candidatesOf(own, key)) };
      } catch (error) {
        if (!(error instanceof NothingToName)) throw error;
        next = key === 'calculate' ? { ...rest, [key]: 1 } : (rest as RawField);
      }
    }
    return field.fields ? { ...next, fields: field.fields.map(ruled) } : next;
  };
  return fields.map(ruled);
}
