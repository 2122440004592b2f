import { type TableAction, type TableName, type Tables, tableNames } from '../capability/capability.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import type { Kind, Unique } from './kind.ts';
import { hasParents } from './references.ts';
import { casesOf, type OnDelete, type ReferenceTo } from './target.ts';

/**
 * The grants that a write of a kind needs, and the problems that it throws. Both follow from the kind's declaration.
 */

type Write = 'create' | 'change' | 'delete';

/** Whether a write can set this field, or the field at the beginning of this path. */
function isSet({ fields }: Kind, write: Write, path: string): boolean {
  const [name = ''] = path.split('.');
  return write === 'create' || fields[name]?.setBy !== 'once';
}

function referencesSet(kind: Kind, write: Write): ReferenceTo[] {
  if (write === 'delete') return [];
  const all = Object.entries(kind.references ?? {});
  return all.filter(([path]) => isSet(kind, write, path)).flatMap(([, reference]) => casesOf(reference));
}

function guardsSet(kind: Kind, write: Write): Unique[] {
  if (write === 'delete') return [];
  const all = Object.entries(kind.unique ?? {}) as [string, Unique][];
  return all
    .filter(([field, { within = [] }]) => [field, ...within].some((name) => isSet(kind, write, name)))
    .map(([, unique]) => unique);
}

/** The grants that these writes of a kind need. */
export function tablesOf(kind: Kind, ...writes: readonly Write[]): Tables {
  const settles = writes.some((write) => write !== 'delete') ? kind.settles?.tables : undefined;
  return together([...writes.map((write) => tablesOfOne(kind, write)), settles ?? {}, kind.hook?.tables ?? {}]);
}

function tablesOfOne(kind: Kind, write: Write): Tables {
  const references = referencesSet(kind, write);
  const some = (...ways: OnDelete[]) => references.some(({ onDelete }) => ways.includes(onDelete));
  const removes = write !== 'create' && (some('restrict', 'null', 'cascade') || guardsSet(kind, write).length > 0);
  const main: [TableAction, boolean][] = [
    ['GetItem', write !== 'create' || references.some(readsParents) || guardsSet(kind, write).some(namesHolder)],
    ['BatchGetItem', some('keep')],
    ['Query', write === 'delete' && kind.held === true],
    ['PutItem', true],
    ['UpdateItem', some('restrict') || (write === 'delete' && holdsOthers(kind))],
    ['DeleteItem', write === 'delete' || removes],
    ['ConditionCheckItem', some('restrict', 'null', 'cascade')],
  ];
  const counts = kind.quota !== undefined && write !== 'change';
  const access: [TableAction, boolean][] = [
    ['UpdateItem', counts],
    ['GetItem', counts && write === 'create'],
  ];
  return { main: granted(main), access: granted(access) };
}

const holdsOthers = ({ references = {} }: Kind): boolean =>
  Object.values(references).some((one) => casesOf(one).some(({ onDelete }) => onDelete === 'restrict'));

const granted = (actions: readonly [TableAction, boolean][]): TableAction[] =>
  actions.filter(([, needed]) => needed).map(([action]) => action);

/** Whether the problem names the entity that has the value already. */
const namesHolder = ({ taken }: Unique): boolean => taken === 'EXTERNAL_ID_EXISTS';

/** Whether the named entity may be deleted together with another one, which must then be held too. */
const readsParents = ({ to, onDelete }: ReferenceTo): boolean =>
  onDelete === 'restrict' && to.plain !== undefined && hasParents(to.plain);

/** The grants of a verb that shows entities of a kind: those given, and those for its computed fields. */
export const shownTables = ({ computed }: Kind, tables: Tables): Tables => together([tables, computed?.tables ?? {}]);

/** The union of all actions; tables without actions are left out. */
export function together(all: readonly Tables[]): Tables {
  const actions = (table: TableName) => [...new Set(all.flatMap((tables) => tables[table] ?? []))];
  return Object.fromEntries(
    tableNames.map((table) => [table, actions(table)] as const).filter(([, some]) => some.length > 0),
  );
}

/** The problems that a write of this kind throws, besides those of its body's fields. */
export function problemsOf(kind: Kind, write: Write): ProblemCode[] {
  const codes: (ProblemCode | false)[] = [
    write !== 'create' && 'NOT_FOUND',
    write !== 'create' && !kind.immutable && 'PRECONDITION_FAILED',
    write !== 'delete' && (kind.references !== undefined || kind.settles !== undefined) && 'VALIDATION_ERROR',
    ...guardsSet(kind, write).map(({ taken = 'CONFLICT' as const }) => taken),
    write === 'create' && kind.quota !== undefined && 'QUOTA_EXCEEDED',
    write === 'delete' && kind.held === true && 'IN_USE',
    write === 'change' && kind.allows !== undefined && 'INVALID_TRANSITION',
    ...(kind.hook?.raises ?? []),
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}
