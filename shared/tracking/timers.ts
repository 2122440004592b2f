import type { GeofenceEventRow } from '../movements/event.ts';
import { Device, type DeviceState } from '../transitions/device.ts';
import type { Timer } from '../transitions/pair.ts';
import { newestUsed } from '../transitions/trail.ts';
import { identityOf, type Standing } from './identity.ts';
import type { KnownFences } from './surroundings.ts';

/** What happens if a device is silent. */

/** How long after its due time a timer fires, so that a point that is on its way arrives first. */
const graceMilliseconds = 60_000;

/** A transition that is not recorded yet, and when it will be if no point arrives. */
export interface PendingTimer extends Timer {
  /** In milliseconds since 1970. */
  readonly actAt: number;
}

/** Soonest first. */
export function pendingTimers(state: DeviceState, fences: KnownFences, recorded: readonly Standing[]): PendingTimer[] {
  if (state.pairs.size === 0) return [];
  const known = new Set(recorded.map(identityOf));
  const around = [...state.pairs.keys()].flatMap((id) => fences.get(id)?.fence ?? []);
  const receivedAt = (geofenceId: string): number => {
    const { fence } = fences.get(geofenceId)!;
    return newestUsed(state.trail, (fix) => fence.uses(fix))?.receivedAt ?? 0;
  };
  const actAt = ({ dueAt, transition: { geofenceId } }: Timer) =>
    Math.max(dueAt, receivedAt(geofenceId)) + graceMilliseconds;
  return new Device(state)
    .timers(around)
    .filter(({ transition }) => !known.has(identityOf(transition)))
    .map((timer) => ({ ...timer, actAt: actAt(timer) }))
    .sort((a, b) => a.actAt - b.actAt);
}

export const nextDue = (state: DeviceState, fences: KnownFences, recorded: readonly Standing[]): number | undefined =>
  pendingTimers(state, fences, recorded)[0]?.actAt;

/** Events of timers: those that the state still predicts, and those that are confirmed or contradicted. */
export function sortTimerEvents(device: Device, fences: KnownFences, timerEvents: readonly GeofenceEventRow[]) {
  const current = timerEvents.filter(({ geofenceId }) => fences.has(geofenceId));
  if (current.length === 0) return { open: [], settled: [] };
  const predicted = device.timers(current.map(({ geofenceId }) => fences.get(geofenceId)!.fence));
  const identities = new Set(predicted.map(({ transition }) => identityOf(transition)));
  const isOpen = (event: GeofenceEventRow) => identities.has(identityOf(event));
  return { open: current.filter(isOpen), settled: current.filter((event) => !isOpen(event)) };
}
