import type { Caller } from '../auth/caller.ts';
import { devices } from '../devices/devices.ts';
import type { DeviceHead } from '../devices/head.ts';
import { ownerFor } from '../devices/owner.ts';
import type { ShownPoint } from '../devices/point.ts';
import { thinFilter } from '../entity/filters.ts';
import type { BoundingBox } from '../geo/box.ts';
import { parseExactly } from '../json/exact.ts';
import type { Span } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { type PageRequest, pageOfPartition } from '../table/page.ts';
import { type Row, Table } from '../table/table.ts';

/**
 * The newest position of each device. Positions are in the heads of devices, and no index finds them by place or time:
 * such an index would cost a write for each point. So lists read heads, in the order of devices.
 */

export interface LocationFilters {
  readonly bbox?: BoundingBox | undefined;
  /** When the position was recorded. */
  readonly recorded?: Span | undefined;
  readonly deviceId?: string | undefined;
  readonly kind?: string | undefined;
  readonly siteId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly tag?: readonly string[] | undefined;
}

export interface Located {
  readonly id: string;
  readonly point: ShownPoint;
}

const main = new Table('main');

export const pointOf = (head: DeviceHead | undefined): ShownPoint | undefined =>
  head?.lastLocation === undefined ? undefined : (parseExactly(head.lastLocation) as ShownPoint);

/** Devices, the newest first, and the positions of those that have one. */
export async function locatedAfter(
  caller: Caller,
  { deviceId, tag = [], ...filters }: LocationFilters,
  page: PageRequest,
) {
  const { reference } = caller.tenant;
  const { kind, siteId, externalId } = filters;
  const equal = thinFilter(devices.filters, { kind, siteId, externalId, userId: ownerFor(caller), tag: tag[0] });
  const read = await pageOfPartition<Row & { readonly sk: string; readonly tag?: readonly string[] }>(
    main,
    entityKeys.thins(reference, devices.name),
    page,
    {
      filter: equal,
      between: deviceId === undefined ? undefined : [deviceId, deviceId],
      passes: tag.length > 1 ? (row) => tag.every((one) => row.tag?.includes(one)) : undefined,
    },
  );
  const keys = read.rows.map(({ position }) => deviceKeys.head(reference, position));
  const heads = await main.getMany<DeviceHead>(keys, { consistent: false });
  const located = read.rows.flatMap(({ position: id }, i): Located[] => {
    const point = pointOf(heads[i]);
    return point ? [{ id, point }] : [];
  });
  const after = read.more ? (read.next ?? read.rows.at(-1)?.position) : undefined;
  return { located, examined: read.rows.length, after };
}
