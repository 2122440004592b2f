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
import type { TripHead } from '../trips/current.ts';

/**
 * The newest position of each device. Positions are in the heads of devices, and no index finds them by place or time:
 * such an index would cost a write for each point. So lists read heads, in the order of devices.
 */

/** Filters of the devices whose features are wanted. */
export interface DeviceFilters {
  readonly deviceId?: string | undefined;
  readonly kind?: string | undefined;
  readonly siteId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly tag?: readonly string[] | undefined;
}

export interface LocationFilters extends DeviceFilters {
  readonly bbox?: BoundingBox | undefined;
  /** When the position was recorded. */
  readonly recorded?: Span | undefined;
}

export interface Located {
  readonly id: string;
  readonly point: ShownPoint;
}

const main = new Table('main');

export const pointOf = (head: DeviceHead | undefined): ShownPoint | undefined =>
  head?.lastLocation === undefined ? undefined : (parseExactly(head.lastLocation) as ShownPoint);

/** What lists of positions and of tracks need of a head. */
export type Head = DeviceHead & TripHead;

interface Heads {
  readonly devices: readonly { readonly id: string; readonly head: Head }[];
  /** How many devices were read, including those that have sent nothing. */
  readonly examined: number;
  /** The position after which to continue; undefined at the end. */
  readonly after: string | undefined;
}

/** Devices with their heads, newest first. Devices that have sent nothing are left out. */
export async function headsAfter(
  caller: Caller,
  { deviceId, tag = [], kind, siteId, externalId }: DeviceFilters,
  page: Pick<PageRequest, 'limit' | 'after'>,
): Promise<Heads> {
  const { reference } = caller.tenant;
  const read = await pageOfPartition<Row & { readonly sk: string; readonly tag?: readonly string[] }>(
    main,
    entityKeys.thins(reference, devices.name),
    { ...page, offset: 0, counted: false },
    {
      filter: thinFilter(devices.filters, { kind, siteId, externalId, userId: ownerFor(caller), tag: tag[0] }),
      between: deviceId === undefined ? undefined : [deviceId, deviceId],
      passes: tag.length > 1 ? (row) => tag.every((one) => row.tag?.includes(one)) : undefined,
    },
  );
  const keys = read.rows.map(({ position }) => deviceKeys.head(reference, position));
  const heads = await main.getMany<Head>(keys, { consistent: false });
  return {
    devices: read.rows.flatMap(({ position: id }, i) => (heads[i] ? [{ id, head: heads[i] }] : [])),
    examined: read.rows.length,
    after: read.more ? (read.next ?? read.rows.at(-1)?.position) : undefined,
  };
}

/** The same with the newest positions of the devices. */
export async function locatedAfter(...asked: Parameters<typeof headsAfter>) {
  const { devices: read, ...rest } = await headsAfter(...asked);
  const located = read.flatMap(({ id, head }): Located[] => {
    const point = pointOf(head);
    return point ? [{ id, point }] : [];
  });
  return { located, ...rest };
}
