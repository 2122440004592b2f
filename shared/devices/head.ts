import type { Computed } from '../entity/kind.ts';
import { parseExactly } from '../json/exact.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstantOrNull } from '../wire/schema.ts';
import type { ShownPoint } from './point.ts';

/**
 * What changes with every message of a device: a row of its own, so that neither lists of devices nor changes of one meet
 * the writes of its points.
 */
export interface DeviceHead {
  /** Its newest point by when that was recorded, as JSON. */
  readonly lastLocation?: string;
  /** The fences whose state is `INSIDE` or `EXITING`; the newest stays. */
  readonly insideGeofenceIds?: readonly string[];
  /** Milliseconds since 1970. */
  readonly lastSeenAt?: number;
}

/** What answers show of it. */
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
