import { startsWorkflows, triggerOf } from '../outbox/event-types.ts';
import type { About } from '../outbox/publish.ts';
import type { Trigger, TriggerOf } from './triggers.ts';

/** Which triggers an event fits. Pure: the tags of its device are given. */

/** An event, with everything that triggers check. */
export interface Happened {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly about: About;
  readonly deviceTags: readonly string[];
}

/** Any value passes a list that is absent, and none passes an empty one. */
export const has = (wanted: readonly unknown[] | undefined, ...values: readonly unknown[]): boolean =>
  wanted === undefined || values.some((value) => wanted.includes(value));

type AtGeofence = TriggerOf<'geofence_enter' | 'geofence_exit' | 'geofence_dwell' | 'geofence_cross'>;

function fitsGeofence(trigger: AtGeofence, { data, about, deviceTags }: Happened): boolean {
  return (
    (data.late !== true || trigger.include_late === true) &&
    has(trigger.geofence_ids, data.geofenceId) &&
    has(trigger.device_ids, data.deviceId) &&
    has(trigger.geofence_tags, ...(about.geofence_tags ?? [])) &&
    has(trigger.group_names, ...(about.group_names ?? [])) &&
    has(trigger.device_tags, ...deviceTags)
  );
}

/** A trigger may name the type as the device has sent it, or with the prefix `device.` that the timeline adds. */
function fitsEvent({ event_types, device_ids }: TriggerOf<'device_event'>, { data }: Happened): boolean {
  const type = String(data.type);
  return has(event_types, type, type.replace(/^device\./, '')) && has(device_ids, data.deviceId);
}

export function fits(trigger: Trigger, happened: Happened): boolean {
  const { type, data } = happened;
  if (!startsWorkflows(type) || triggerOf[type] !== trigger.type) return false;
  switch (trigger.type) {
    case 'geofence_enter':
    case 'geofence_exit':
    case 'geofence_dwell':
    case 'geofence_cross':
      return fitsGeofence(trigger, happened);
    case 'device_event':
      return fitsEvent(trigger, happened);
    case 'alert_opened':
      return has(trigger.rule_ids, data.ruleId) && has(trigger.severities, data.severity);
    case 'submission_created':
      return has(trigger.form_ids, data.form_id);
    default:
      return false;
  }
}
