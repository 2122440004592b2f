import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';
import { lastInstant } from '../time-names.ts';

const instantKey = (at: number): string => String(Math.min(Math.max(0, at), lastInstant)).padStart(15, '0');

/** The annotations of one site, device, component or sensor in the order of their beginning, in the Main table. */
export const annotationKeys = {
  timed: (tenant: TenantReference, scopeType: string, scopeId: string, from: number, id: string) =>
    key(`${tenant}#annotations#${scopeType}#${scopeId}`, `${instantKey(from)}#${id}`),
  allTimed: (tenant: TenantReference, scopeType: string, scopeId: string) =>
    partition(`${tenant}#annotations#${scopeType}#${scopeId}`),
};

/** Bounds of the sort keys of annotations that begin at this instant or before it; `~` sorts after every id. */
export const begunBy = (at: number): readonly [first: string, last: string] =>
  at < 0 ? ['~', '~'] : [instantKey(0), `${instantKey(at)}~`];

/** The id in the sort key of such a row. */
export const timedIdIn = ({ sk }: { readonly sk: string }): string => sk.slice(sk.indexOf('#') + 1);
