import type { Computed } from '../entity/kind.ts';
import { activationsOf } from '../geofences/activation.ts';
import { parseExactly } from '../json/exact.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstantOrNull } from '../wire/schema.ts';
import type { ShownPoint } from './point.ts';

type Inside = readonly [geofenceId: string, activatedAt: number];

/**
 * What changes with every message of a device. It has a row of its own, so that these writes never compete with lists
 * of devices or with changes of the device itself.
 */
export interface DeviceHead {
  /** The point with the latest `recordedAt`, as JSON. */
  readonly lastLocation?: string;
  /** Geofences that the device is in (`INSIDE` or `EXITING`), with the activation that the stay belongs to; the newest 100. */
  readonly inside?: readonly Inside[];
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

/**
 * The most geofences that are checked for a page, in ten requests: those of the newest stays of each device. Further
 * ones are shown unchecked. A page may name 20,000 geofences, but in most workspaces its devices are inside only a few.
 */
const mostChecked = 1000;

function idsToCheck(heads: readonly (DeviceHead | undefined)[]): string[] {
  const ids = new Set<string>();
  const all = heads.flatMap((head) => head?.inside ?? []).length;
  for (let i = 0, seen = 0; seen < all && ids.size < mostChecked; i++) {
    const stays = heads.flatMap((head) => head?.inside?.slice(i, i + 1) ?? []);
    for (const [id] of stays) ids.add(id);
    seen += stays.length;
  }
  return [...ids].slice(0, mostChecked);
}

export const headOf: Computed<ShownHead> = {
  tables: { main: ['BatchGetItem'] },
  of: async ({ reference }: Tenant, devices) => {
    const heads = await main.getMany<DeviceHead>(devices.map(({ id }) => deviceKeys.head(reference, id)));
    const checked = idsToCheck(heads);
    const unchecked = (id: string) => checked.length === mostChecked && !checked.includes(id);
    const activations = await activationsOf(reference, checked);
    const holds = ([id, activatedAt]: Inside) => activations.get(id) === activatedAt || unchecked(id);
    return heads.map((head) => ({
      lastLocation: head?.lastLocation ? (parseExactly(head.lastLocation) as ShownPoint) : null,
      insideGeofenceIds: (head?.inside ?? []).filter(holds).map(([id]) => id),
      lastSeenAt: printInstantOrNull(head?.lastSeenAt),
    }));
  },
};
