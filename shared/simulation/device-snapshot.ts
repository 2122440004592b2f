import type { Caller } from '../auth/caller.ts';
import { devices } from '../devices/devices.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import type { Fence as StoredFence } from '../geofences/fence.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import { workspaceDefaults } from '../tenancy/workspace-record.ts';
import { type HeadRow, readHead } from '../tracking/head.ts';
import type { Standing } from '../tracking/identity.ts';
import { takesPoints } from '../tracking/subject.ts';
import { rowsBefore, stateAfter } from '../tracking/track.ts';
import { type DeviceState, unseen } from '../transitions/device.ts';

/** A device as the transition rules know it just before a point. */
export interface DeviceSnapshot {
  readonly state: DeviceState;
  readonly isInMaintenance: boolean;
  /** Whether its points are accepted. */
  readonly takesPoints: boolean;
  /** Events that timers have recorded already. A point that only confirms one of them records nothing. */
  readonly recorded: readonly Standing[];
  /**
   * Whether the point is checked against this geofence; a late point is not if it is too old, or older than the rules.
   */
  reaches(fence: Pick<StoredFence, 'activatedAt' | 'changedAt'>): boolean;
}

/** A device that has sent no point yet. */
export const newDevice: DeviceSnapshot = {
  state: unseen,
  isInMaintenance: false,
  takesPoints: true,
  recorded: [],
  reaches: () => true,
};

const main = new Table('main');
const millisecondsPerHour = 3_600_000;

/**
 * A device before a point of the instant `at` that is received `now`; both in milliseconds since 1970.
 *
 * @throws NOT_FOUND for a device that the caller does not see
 */
export async function snapshotAt(caller: Caller, deviceId: string, at: number, now: number): Promise<DeviceSnapshot> {
  const { tenant, workspace } = caller;
  const [device, row] = await Promise.all([
    requireEntity(devices, tenant, deviceId),
    main.get<HeadRow>(deviceKeys.head(tenant.reference, deviceId)),
  ]);
  const { status } = requireVisible(caller, device);
  const head = readHead(row);
  const known = { isInMaintenance: status === 'MAINTENANCE', takesPoints: takesPoints(status) };
  if (head.newestAt === undefined || at > head.newestAt) {
    return { ...known, state: head.state, recorded: head.timerEvents, reaches: () => true };
  }
  const { state } = stateAfter(await rowsBefore(tenant.reference, deviceId, at, head.firstAt ?? at));
  const window = (workspace.lateWindowHours ?? workspaceDefaults.lateWindowHours) * millisecondsPerHour;
  const isInTime = at >= now - window;
  const reaches: DeviceSnapshot['reaches'] = (fence) => isInTime && at >= Math.max(fence.activatedAt, fence.changedAt);
  return { ...known, state, recorded: [], reaches };
}
