import type { Key } from '../../../../shared/table/key.ts';
import { entityKeys } from '../../../../shared/table/keys/entities.ts';
import type { TenantReference } from '../../../../shared/tenancy/tenant.ts';
import type { State, Thing } from './naive.ts';

/**
 * The rows that entities must have, and no others, from a description of each kind that is separate from its
 * declaration.
 */

type Rows = Record<string, unknown>;

const present = (values: Rows): Rows =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));

function thinOf({ kind, values }: Thing): Rows {
  switch (kind) {
    case 'yard':
      return { search: String(values.name).toLowerCase(), size: values.size };
    case 'box':
      return present({ yard_id: values.yard_id, color: values.color, search: String(values.label).toLowerCase() });
    case 'lock':
      return { boxId: values.boxId };
    case 'rule': {
      const yardIds = values.yardIds as string[];
      const { lockId } = values.scope as { lockId: string | null };
      return present({ enabled: values.enabled, lockId, watches: yardIds.length > 0 ? yardIds : null });
    }
    case 'deed':
      return present({ name: values.name, about: values.about, about_id: values.about_id });
  }
}

function guardsOf(tenant: TenantReference, { kind, values }: Thing): Key[] {
  const guard = (...names: [string, ...string[]]) =>
    entityKeys.unique(tenant, kind, names[0], ...names.map((name) => JSON.stringify(values[name])));
  if (kind === 'yard') return [guard('name')];
  if (kind === 'box') return [guard('label', 'yard_id')];
  return kind === 'deed' ? [guard('version', 'name')] : [];
}

/** The rows beside the entities that an entity refers to, and whether lists read them. */
function linksOf(state: State, tenant: TenantReference, { kind, id, values }: Thing): [Key, boolean][] {
  const link = (target: string, targetId: unknown, way: string, path: string, listed: boolean): [Key, boolean][] =>
    targetId === null
      ? []
      : [[entityKeys.reference(tenant, target, String(targetId), `${way}#${kind}#${path}#${id}`), listed]];
  if (kind === 'box') return link('yard', values.yard_id, 'cascade', 'yard_id', true);
  if (kind === 'lock') return link('box', values.boxId, 'cascade', 'boxId', true);
  if (kind === 'deed' && values.about === null) return [];
  if (kind === 'deed' && values.about !== 'lock') {
    const way = values.about === 'box' ? 'cascade' : 'restrict';
    return link(String(values.about), values.about_id, way, 'about_id', true);
  }
  if (kind === 'deed') return chain(state, values.about_id, (...of) => link(...of, 'restrict', 'about_id', true));
  if (kind !== 'rule') return [];
  const { lockId } = values.scope as { lockId: string | null };
  return [
    ...chain(state, lockId, (...of) => link(...of, 'restrict', 'scope.lockId', true)),
    ...link('yard', values.yardId, 'null', 'yardId', false),
    ...[...new Set(values.yardIds as string[])].flatMap((yard) => link('yard', yard, 'null', 'yardIds', true)),
  ];
}

/** A lock and its parents. */
function chain<T>(state: State, lockId: unknown, each: (kind: string, id: unknown) => T[]): T[] {
  const lock = state.get(String(lockId));
  const box = lock && state.get(String(lock.values.boxId));
  return [
    ...each('lock', lockId),
    ...(lock ? each('box', lock.values.boxId) : []),
    ...(box ? each('yard', box.values.yard_id) : []),
  ];
}

const nameOf = ({ pk, sk }: { pk: string; sk: string }) => `${pk} ${sk}`;

/** All rows of the main table except bodies, events and counts of references. */
export function expectedRows(state: State, tenant: TenantReference): Map<string, Rows> {
  const rows = new Map<string, Rows>();
  for (const thing of state.values()) {
    rows.set(nameOf(entityKeys.thin(tenant, thing.kind, thing.id)), thinOf(thing));
    for (const guard of guardsOf(tenant, thing)) rows.set(nameOf(guard), { id: thing.id });
    for (const [key, listed] of linksOf(state, tenant, thing)) rows.set(nameOf(key), listed ? thinOf(thing) : {});
  }
  return rows;
}

/** The expected values of the quota counters, without those at zero. */
export function expectedCounts(state: State, tenant: TenantReference): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (resource: string) => {
    const name = `${tenant}#quota ${resource}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const { kind, values } of state.values()) {
    if (kind === 'box') count(`boxes#${values.yard_id}`);
    if (kind === 'rule') count('rules');
    if (kind === 'deed') count('webhooks');
  }
  return counts;
}
