/**
 * The kinds of `kinds.ts` by brute force: one state after another, and each rule a search through all entities. It
 * knows nothing of rows, guards, counters or links.
 */

export type KindName = 'yard' | 'box' | 'lock' | 'rule' | 'deed';

export interface Thing {
  readonly kind: KindName;
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly version: number;
}

/** All entities, by id. */
export type State = ReadonlyMap<string, Thing>;

export type Command =
  | { readonly verb: 'create'; readonly kind: KindName; readonly given: Readonly<Record<string, unknown>> }
  | {
      readonly verb: 'patch' | 'replace';
      readonly kind: KindName;
      readonly id: string;
      readonly given: Readonly<Record<string, unknown>>;
      readonly ifMatch: number | undefined;
    }
  | { readonly verb: 'delete'; readonly kind: KindName; readonly id: string; readonly ifMatch: number | undefined };

export type Outcome =
  /** The entity after the command; undefined if it was deleted. */
  { readonly after: Thing | undefined } | { readonly refused: string };

const empty: Readonly<Record<KindName, Readonly<Record<string, unknown>>>> = {
  yard: { name: undefined, note: null, size: 1, metadata: {} },
  box: { yard_id: undefined, label: undefined, color: null, made_by: undefined, pin: null },
  lock: { boxId: undefined, key: undefined, open: false },
  rule: { name: undefined, enabled: true, scope: undefined, yardId: null, yardIds: [], boxIds: [] },
  deed: { name: undefined, version: undefined, about: null, about_id: null },
};
const fixed = ['yard_id', 'boxId', 'key'];
const served = ['made_by'];

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const all = (state: State, kind: KindName) => [...state.values()].filter((thing) => thing.kind === kind);
const isThere = (state: State, kind: KindName, id: unknown) => state.get(String(id))?.kind === kind;

/** Whether a lock and its parents exist. */
function isWhole(state: State, lockId: unknown): boolean {
  const lock = state.get(String(lockId));
  const box = lock && state.get(String(lock.values.boxId));
  return lock?.kind === 'lock' && box !== undefined && isThere(state, 'yard', box.values.yard_id);
}

/** The first path, in the order of the fields, at which the values newly name an unknown entity. */
function unknownIn(state: State, { kind, values }: Thing, before: Thing | undefined, keeping: boolean): string[] {
  const old = (name: string) => before?.values[name];
  const fresh = (name: string, found: (id: unknown) => boolean) =>
    values[name] !== null && values[name] !== old(name) && !found(values[name]) ? [name] : [];
  const among = (name: string, found: (id: unknown) => boolean) =>
    (values[name] as unknown[])
      .filter((id) => !((old(name) ?? []) as unknown[]).includes(id) && !found(id))
      .map(() => name);
  const yard = (id: unknown) => isThere(state, 'yard', id);
  const box = (id: unknown) => isThere(state, 'box', id);
  switch (kind) {
    case 'yard':
      return [];
    case 'box':
      return fresh('yard_id', yard);
    case 'lock':
      return fresh('boxId', box);
    case 'deed':
      return fresh('about_id', (id) =>
        values.about === 'lock'
          ? isWhole(state, id)
          : values.about === null || isThere(state, values.about as KindName, id),
      );
    case 'rule': {
      const lockId = (values.scope as { lockId: string | null }).lockId;
      const known = (before?.values.scope as { lockId: string | null } | undefined)?.lockId;
      return [
        ...(keeping ? among('boxIds', box) : []),
        ...(lockId !== null && lockId !== known && !isWhole(state, lockId) ? ['scope'] : []),
        ...fresh('yardId', yard),
        ...among('yardIds', yard),
      ];
    }
  }
}

function isTaken(state: State, thing: Thing): boolean {
  const others = all(state, thing.kind).filter(({ id }) => id !== thing.id);
  const clash = (...names: string[]) => others.some(({ values }) => names.every((n) => values[n] === thing.values[n]));
  if (thing.kind === 'yard') return clash('name');
  if (thing.kind === 'box') return clash('yard_id', 'label');
  return thing.kind === 'deed' && clash('name', 'version');
}

function isFull(state: State, { kind, values }: Thing): boolean {
  if (kind === 'box') return all(state, 'box').filter((box) => box.values.yard_id === values.yard_id).length >= 3;
  if (kind === 'rule') return all(state, 'rule').length >= 4;
  return kind === 'deed' && all(state, 'deed').length >= 2;
}

/** Whether references prevent the deletion of an entity, or of what would be deleted with it. */
function isHeld(state: State, { kind, id }: Thing): boolean {
  const boxes = all(state, 'box').filter((box) => (kind === 'yard' ? box.values.yard_id === id : box.id === id));
  const locks = all(state, 'lock').filter((lock) =>
    kind === 'lock' ? lock.id === id : boxes.some((box) => box.id === lock.values.boxId),
  );
  const watched = all(state, 'rule').map(({ values }) => (values.scope as { lockId: string | null }).lockId);
  const deeds = all(state, 'deed').filter(({ values }) => values.about === 'yard' || values.about === 'lock');
  const named = [...watched, ...deeds.map(({ values }) => values.about_id)];
  return named.includes(id) || locks.some((lock) => named.includes(lock.id));
}

/**
 * The effect of a command on a state.
 *
 * @param id the id of what it creates
 * @param keeping whether ids that are only looked up in advance are checked here
 */
export function outcomeOf(state: State, command: Command, id: string, keeping: boolean): Outcome {
  const { kind, verb } = command;
  if (verb === 'create') {
    const after = { kind, id, values: { ...empty[kind], ...command.given }, version: 1 };
    return refusalOf(state, after, undefined, keeping) ?? { after };
  }
  const before = state.get(command.id);
  if (before?.kind !== kind) return { refused: 'NOT_FOUND' };
  if (kind !== 'deed' && command.ifMatch !== undefined && command.ifMatch !== before.version) {
    return { refused: 'PRECONDITION_FAILED' };
  }
  if (verb === 'delete') return isHeld(state, before) ? { refused: 'IN_USE' } : { after: undefined };
  const given = Object.entries(command.given).filter(([name]) => !fixed.includes(name));
  const kept = Object.entries(before.values).filter(([name]) => [...fixed, ...served].includes(name));
  const base = verb === 'replace' ? { ...empty[kind], ...Object.fromEntries(kept) } : before.values;
  const values = { ...base, ...Object.fromEntries(given) };
  if (same(values, before.values)) return { after: before };
  const after = { ...before, values, version: before.version + 1 };
  return refusalOf(state, after, before, keeping) ?? { after };
}

function refusalOf(state: State, after: Thing, before: Thing | undefined, keeping: boolean): Outcome | undefined {
  const [unknown] = unknownIn(state, after, before, keeping);
  if (unknown) return { refused: `unknown ${unknown}` };
  if (isTaken(state, after)) return { refused: after.kind === 'deed' ? 'VERSION_EXISTS' : 'CONFLICT' };
  if (!before && isFull(state, after)) return { refused: 'QUOTA_EXCEEDED' };
  return undefined;
}

export function withThing(state: State, id: string, after: Thing | undefined): State {
  const next = new Map(state);
  if (after) next.set(id, after);
  else next.delete(id);
  return next;
}

/** The change that the worker may make to an entity because of earlier deletes; undefined if it must not change it. */
export function unlinked(state: State, thing: Thing): { readonly after: Thing | undefined }[] {
  const { kind, values } = thing;
  if (kind === 'box') return isThere(state, 'yard', values.yard_id) ? [] : [{ after: undefined }];
  if (kind === 'lock') return isThere(state, 'box', values.boxId) ? [] : [{ after: undefined }];
  if (kind === 'deed' && values.about === 'box' && values.about_id !== null) {
    return isThere(state, 'box', values.about_id) ? [] : [{ after: undefined }];
  }
  if (kind !== 'rule') return [];
  const yard = (id: unknown) => isThere(state, 'yard', id);
  const next = (more: object) => ({ after: { ...thing, values: { ...values, ...more }, version: thing.version + 1 } });
  const gone = (values.yardIds as unknown[]).filter((id) => !yard(id));
  return [
    ...(values.yardId !== null && !yard(values.yardId) ? [next({ yardId: null })] : []),
    ...gone.map((id) => next({ yardIds: (values.yardIds as unknown[]).filter((one) => one !== id) })),
  ];
}

/** The work that is left for the worker. */
export const dangling = (state: State): string[] =>
  [...state.values()].filter((thing) => unlinked(state, thing).length > 0).map(({ kind, id }) => `${kind} ${id}`);
