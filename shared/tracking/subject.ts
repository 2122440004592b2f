import type { DeviceStatus } from '../devices/devices.ts';
import type { StoredDevice } from '../devices/stored.ts';
import type { Actor } from '../outbox/event.ts';
import { plans } from '../tenancy/plans.ts';
import { type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import type { Setting } from './newest.ts';

/** A device whose points are taken, and what its workspace has set for them. */
export interface Subject extends Setting {
  readonly actor: Actor;
  readonly entity: StoredDevice;
  /** Older points are no longer kept; in milliseconds since 1970. */
  readonly oldestAt: number;
  /** Late points that are older than this at receipt are stored without consequences. */
  readonly lateWindowHours: number;
}

const millisecondsPerDay = 86_400_000;

/** Days that points are kept: what the workspace has set, but never more than its plan allows. */
export function retentionDaysOf({ plan, locationRetentionDays }: WorkspaceRow): number {
  const { location_retention_days: most } = plans[plan].limits;
  return Math.min(locationRetentionDays ?? most, most);
}

/** What the rules need to know of a device and its workspace. */
export const settingOf = (
  { tenant }: Actor,
  workspace: WorkspaceRow,
  { id, values: { name, status } }: StoredDevice,
  receivedAt: number,
): Setting => ({
  tenant,
  device: { id, name, isInMaintenance: status === 'MAINTENANCE' },
  receivedAt,
  retentionDays: retentionDaysOf(workspace),
});

/** Whether points of a device of this status are accepted. */
export const takesPoints = (status: DeviceStatus): boolean => status !== 'PENDING' && status !== 'INACTIVE';

/** @returns undefined for a device whose points are refused */
export function subjectOf(
  actor: Actor,
  workspace: WorkspaceRow,
  entity: StoredDevice,
  receivedAt: number,
): Subject | undefined {
  if (!takesPoints(entity.values.status)) return undefined;
  const lateWindowHours = workspace.lateWindowHours ?? workspaceDefaults.lateWindowHours;
  const oldestAt = receivedAt - retentionDaysOf(workspace) * millisecondsPerDay;
  return { ...settingOf(actor, workspace, entity, receivedAt), actor, entity, oldestAt, lateWindowHours };
}
