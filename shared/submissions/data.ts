import { fromParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { type BodyRow, partKeys } from './submission.ts';

/** The data of submissions, which may be larger than a row. */

const main = new Table('main');

/** The data of a submission; undefined if one of its further parts is gone, since it was removed meanwhile. */
export const dataFrom = (
  { data, bytes }: Pick<BodyRow, 'data' | 'bytes'>,
  more: readonly ({ readonly part: Uint8Array } | undefined)[],
): FreeObject | undefined =>
  more.includes(undefined) ? undefined : fromParts<FreeObject>([data, ...more.map((one) => one!.part)], bytes);

/** Reads the data of a submission; undefined if it was removed meanwhile. */
export async function dataOf(tenant: TenantReference, body: BodyRow): Promise<FreeObject | undefined> {
  return dataFrom(body, body.more === 0 ? [] : await main.getMany<{ part: Uint8Array }>(partKeys(tenant, body)));
}
