import type { BoundingBox } from '../geo/box.ts';
import { isCreatedIn, type Span } from '../table/ids.ts';
import type { Expression } from '../table/table.ts';
import type { Fence } from './fence.ts';
import type { Near } from './place-query.ts';
import type { ThinRow } from './rows.ts';

/** The filters of a list of geofences. */
export interface GeofenceFilters {
  readonly status?: Fence['status'] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly externalId?: string | undefined;
  readonly bbox?: BoundingBox | undefined;
  readonly created?: Span | undefined;
  readonly near?: Near | undefined;
}

/** The filters in the form that the database takes. Filters by place and instant are applied elsewhere. */
export function filterOf({ status, tag = [], group }: GeofenceFilters): Expression | undefined {
  const terms = [
    ...(status ? ['#status = :status'] : []),
    ...(group === undefined ? [] : ['#group = :group']),
    ...tag.map((_, i) => `contains(tags, :tag${i})`),
  ];
  if (terms.length === 0) return undefined;
  const tags = Object.fromEntries(tag.map((text, i) => [`:tag${i}`, text]));
  return {
    expression: terms.join(' AND '),
    names: { ...(status ? { '#status': 'status' } : {}), ...(group === undefined ? {} : { '#group': 'group' }) },
    values: { ...(status ? { ':status': status } : {}), ...(group === undefined ? {} : { ':group': group }), ...tags },
  };
}

/** The fields that filters examine, in a thin row or in a fence. */
type Filterable = Pick<ThinRow, 'sk' | 'status' | 'tags'> & {
  readonly group?: string | undefined;
  readonly externalId?: string | undefined;
};

export function filterable({ id, status, tags, groupName, externalId }: Fence): Filterable {
  return { sk: id, status, tags, group: groupName ?? undefined, externalId: externalId ?? undefined };
}

export function passes(row: Filterable, { status, tag = [], group, externalId, created }: GeofenceFilters): boolean {
  if (status && row.status !== status) return false;
  if (group !== undefined && row.group !== group) return false;
  if (externalId !== undefined && row.externalId !== externalId) return false;
  if (created && !isCreatedIn(row.sk, created)) return false;
  return tag.every((wanted) => row.tags?.includes(wanted));
}
