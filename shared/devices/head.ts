import type { Computed } from '../entity/kind.ts';
import { parseExactly } from '../json/exact.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstantOrNull } from '../wire/schema.ts';
import type { ShownPoint } from './point.ts';

/**
 * What changes with every message of a device. It has a row of its own, so that these writes never compete with lists
 * of devices or with changes of the device itself.
 */
export interface DeviceHead {
  /** The point with the latest `recordedAt`, as JSON. */
  readonly lastLocation?: string;
  /** Geofences that the device is in (`INSIDE` or `EXITING`), at most the 100 that it entered last. */
  readonly insideGeofenceIds?: readonly string[];
  /** Milliseconds since 1970. */
  readonly lastSeenAt?: number;
}

/** The part of it that responses show. */
interface ShownHead {
  lastLocation: ShownPoint | null;
  insideGeofenceIds: string[];
  lastSeenAt: string | null;
}

const main = new Table('main');

export const headOf: Computed<ShownHead> = {
  tables: { main: ['BatchGetItem'] },
  of: async ({ reference }: Tenant, devices) => {
    const heads = await main.getMany<DeviceHead>(devices.map(({ id }) => deviceKeys.head(reference, id)));
    return heads.map((head) => ({
      lastLocation: head?.lastLocation ? (parseExactly(head.lastLocation) as ShownPoint) : null,
      insideGeofenceIds: [...(head?.insideGeofenceIds ?? [])],
      lastSeenAt: printInstantOrNull(head?.lastSeenAt),
    }));
  },
};
