import type { TriggerType } from './triggers.ts';

/** The types of triggers, for code that does not read triggers. */
export const triggerTypes = [
  'geofence_enter',
  'geofence_exit',
  'geofence_dwell',
  'geofence_cross',
  'device_offline',
  'device_event',
  'alert_opened',
  'submission_created',
  'schedule',
  'manual',
] as const satisfies readonly TriggerType[];
