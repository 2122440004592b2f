import { parseExactly } from '../json/exact.ts';
import { printInstant } from '../wire/schema.ts';
import type { DeviceEventRow } from './device-event.ts';

/** The parts of a timeline event that its row does not contain. */
interface About {
  readonly tenantId: string;
  readonly deviceId: string | null;
  readonly siteId: string | null;
}

/** The type in the timeline. What a device has named `door.opened` is `device.door.opened` there. */
export const timelineType = ({ type, source }: Pick<DeviceEventRow, 'type' | 'source'>): string =>
  source === undefined ? `device.${type}` : type;

export const sourceOf = ({ source }: Pick<DeviceEventRow, 'source'>) => source ?? 'DEVICE';

/** An event as the list of all events shows it, and as webhooks and workflows get it. */
export function showTimelineEvent(row: DeviceEventRow, { tenantId, deviceId, siteId }: About) {
  return {
    id: row.id,
    tenantId,
    type: timelineType(row),
    source: sourceOf(row),
    severity: row.severity,
    deviceId,
    siteId,
    geofenceId: null,
    sensorId: null,
    occurredAt: printInstant(row.occurredAt),
    receivedAt: printInstant(row.receivedAt),
    data: parseExactly(row.data),
  };
}
