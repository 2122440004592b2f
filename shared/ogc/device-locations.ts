import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import type { DeviceHead } from '../devices/head.ts';
import { readDevice } from '../devices/stored.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import { notFound } from '../problems/problem.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { entityKeys } from '../table/keys/entities.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import { Table } from '../table/table.ts';
import { type Located, type LocationFilters, locatedAfter, pointOf } from './located.ts';

/** Features of the collection `device-locations`. */

/** A device with its newest position. */
export interface DeviceLocation extends Located {
  readonly device: Awaited<ReturnType<typeof requireEntity<typeof devices>>>['values'];
}

const main = new Table('main');
/** Heads that are read at a time, of some 500 bytes each. */
const headsAWave = 500;
/** The most heads of a page, for which reading takes less than two seconds. */
const mostHeads = 10_000;

function isWithin({ point }: Located, { bbox, recorded }: LocationFilters): boolean {
  const { latitude, longitude } = point;
  const at = Date.parse(point.recordedAt);
  if (recorded && (at < recorded.from || at > recorded.to)) return false;
  if (!bbox) return true;
  const [west, south, east, north] = bbox;
  const isBetween = west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
  return latitude >= south && latitude <= north && isBetween;
}

/** The locations of devices, the newest device first. They are counted if one page reads all of them. */
async function list(
  caller: Caller,
  filters: LocationFilters,
  { limit, ...page }: PageRequest,
): Promise<PageResult<DeviceLocation>> {
  const { reference } = caller.tenant;
  const found: Located[] = [];
  let { after } = page;
  let examined = 0;
  do {
    const wave = await locatedAfter(caller, filters, { limit: headsAWave, after });
    found.push(...wave.located.filter((one) => isWithin(one, filters)));
    examined += wave.examined;
    after = wave.after;
  } while (after !== undefined && found.length <= limit && examined < mostHeads);
  const isFull = found.length > limit;
  const shown = found.slice(0, limit);
  const bodies = await main.getMany(shown.map(({ id }) => entityKeys.body(reference, devices.name, id)));
  return {
    rows: shown.flatMap((one, i) => {
      const body = bodies[i];
      if (!body) return [];
      const { values } = readDevice(body);
      return [{ position: one.id, item: { ...one, device: values } }];
    }),
    more: isFull || after !== undefined,
    next: isFull ? shown.at(-1)?.id : after,
    total: page.counted && after === undefined ? found.length : undefined,
    totalCapped: page.counted && after !== undefined,
  };
}

/** @throws NOT_FOUND for a device that the caller does not see, or that has sent no position yet */
async function get(caller: Caller, id: string): Promise<DeviceLocation> {
  const { tenant } = caller;
  const [found, head] = await Promise.all([
    requireEntity(devices, tenant, id),
    main.get<DeviceHead>(deviceKeys.head(tenant.reference, id)),
  ]);
  const device = requireVisible(caller, found);
  const point = pointOf(head);
  if (!point) throw notFound('feature');
  return { id, point, device };
}

export const readDeviceLocations = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ list, get }),
});
