import { randomUUID } from 'node:crypto';
import type { Command, KindName, State, Thing } from './naive.ts';
import type { Ask } from './plan.ts';

/** Turns plans of small numbers into commands and queries about the existing entities. */

const all = (state: State, kind: KindName): Thing[] => [...state.values()].filter((thing) => thing.kind === kind);

function pick(state: State, kind: KindName, number: number): string {
  const there = all(state, kind);
  return (number < 7 && there[number % Math.max(1, there.length)]?.id) || randomUUID();
}

const maybe = (state: State, kind: KindName, number = 0): string | null =>
  number % 3 === 2 ? null : pick(state, kind, number);

/** A complete body for a kind. */
function whole(state: State, { kind, others: [a = 0, b = 0, c = 0, d = 0], word }: Ask): Record<string, unknown> {
  switch (kind) {
    case 'yard':
      return { name: `Yard ${word}`, note: a > 4 ? `note ${a}` : null, size: b % 3, metadata: { c } };
    case 'box':
      return { yard_id: pick(state, 'yard', a), label: `Box ${word}`, color: b > 4 ? 'red' : null, pin: `pin ${c}` };
    case 'lock':
      return { boxId: pick(state, 'box', a), key: `key ${b}`, open: c > 4 };
    case 'rule':
      return {
        name: `rule ${word}`,
        enabled: word % 2 === 0,
        scope: { lockId: maybe(state, 'lock', a) },
        yardId: maybe(state, 'yard', b),
        yardIds: c > 3 ? [pick(state, 'yard', c), pick(state, 'yard', d)] : [],
        boxIds: d > 5 ? [pick(state, 'box', a), pick(state, 'box', d)] : [],
      };
    case 'deed': {
      const about = (['yard', 'box', 'lock', null] as const)[c % 4] ?? null;
      return { name: `deed ${a % 2}`, version: `1.${word}`, about, about_id: maybe(state, about ?? 'yard', b) };
    }
  }
}

/** Undefined if a kind does not have the verb. */
export function commandOf(state: State, ask: Ask): Command | undefined {
  const { verb, kind, which, careful, others, word } = ask;
  if (verb === 'get' || verb === 'list') return undefined;
  const given = whole(state, ask);
  if (verb === 'create') return { verb, kind, given: kind === 'box' ? { ...given, made_by: 'me' } : given };
  const id = pick(state, kind, which);
  const version = state.get(id)?.version ?? 1;
  const ifMatch = careful === 0 ? undefined : careful === 1 ? version : version - 1;
  if (verb === 'delete') return { verb, kind, id, ifMatch };
  if (kind === 'deed') return undefined;
  const some = Object.entries(given).filter((_, i) => (others[3]! + i) % 2 === word % 2);
  return { verb, kind, id, ifMatch, given: verb === 'patch' ? Object.fromEntries(some) : given };
}

export const idOf = (state: State, { kind, which }: Ask): string => pick(state, kind, which);

/** A query of a list, and the matches that brute force finds. */
export interface Query {
  readonly query: Record<string, unknown>;
  readonly finds: (thing: Thing) => boolean;
}

export function queryOf(state: State, { kind, others: [a = 0, b = 0], word }: Ask): Query {
  const [yard, box, lock] = [pick(state, 'yard', a), pick(state, 'box', a), pick(state, 'lock', a)];
  const lockOf = ({ values }: Thing) => (values.scope as { lockId: unknown }).lockId;
  const queries: Record<KindName, Query[]> = {
    yard: [
      { query: {}, finds: () => true },
      { query: { search: `yARD ${word}` }, finds: ({ values }) => String(values.name).includes(`Yard ${word}`) },
      { query: { search: 'yard', size: b % 3 }, finds: ({ values }) => values.size === b % 3 },
    ],
    box: [
      { query: { yard_id: yard }, finds: ({ values }) => values.yard_id === yard },
      {
        query: { yard_id: yard, color: 'red' },
        finds: ({ values }) => values.yard_id === yard && values.color === 'red',
      },
      { query: { color: 'red' }, finds: ({ values }) => values.color === 'red' },
    ],
    lock: [{ query: { boxId: box }, finds: ({ values }) => values.boxId === box }],
    rule: [
      { query: { lockId: lock }, finds: (thing) => lockOf(thing) === lock },
      { query: { watches: yard }, finds: ({ values }) => (values.yardIds as string[]).includes(yard) },
      {
        query: { watches: yard, enabled: false },
        finds: ({ values }) => (values.yardIds as string[]).includes(yard) && values.enabled === false,
      },
      { query: { enabled: true }, finds: ({ values }) => values.enabled === true },
    ],
    deed: [
      { query: { name: 'deed 1' }, finds: ({ values }) => values.name === 'deed 1' },
      { query: { about_id: lock }, finds: ({ values }) => values.about_id === lock },
      {
        query: { about: 'lock', about_id: lock },
        finds: ({ values }) => values.about === 'lock' && values.about_id === lock,
      },
    ],
  };
  return queries[kind][b % queries[kind].length]!;
}
