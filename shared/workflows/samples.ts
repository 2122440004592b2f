import type { TriggerType } from './triggers.ts';

/** Sample events to try a workflow with: what its trigger would give, about made-up objects. */

const device = { deviceId: '00000000-0000-4000-8000-000000000001', deviceName: 'Sample device' };
const at = '2026-03-22T09:40:00Z';

const atGeofence = (type: string) => ({
  id: '00000000-0000-4000-8000-000000000003',
  type,
  geofenceId: '00000000-0000-4000-8000-000000000002',
  geofenceName: 'Sample geofence',
  ...device,
  occurredAt: at,
  receivedAt: at,
  latitude: 37.775,
  longitude: -122.419,
  accuracyMeters: 8,
  distance: 37,
  dwellMinutes: type === 'dwell' ? 10 : null,
  initial: false,
  action: {},
  late: false,
});

const samples: Readonly<Record<TriggerType, readonly [type: string, data: object]>> = {
  geofence_enter: ['geofence.enter', atGeofence('enter')],
  geofence_exit: ['geofence.exit', atGeofence('exit')],
  geofence_dwell: ['geofence.dwell', atGeofence('dwell')],
  geofence_cross: ['geofence.cross', atGeofence('cross')],
  device_offline: [
    'device.offline',
    {
      ...device,
      id: device.deviceId,
      name: device.deviceName,
      status: 'OFFLINE',
      tags: [],
      lastSeenAt: '2026-03-22T09:30:00Z',
      connected: false,
    },
  ],
  device_event: ['device.event', { ...device, type: 'device.sample', severity: 'INFO', occurredAt: at, data: {} }],
  alert_opened: [
    'alert.opened',
    { ...device, severity: 'WARNING', value: 101.2, message: 'Sample alert', openedAt: at },
  ],
  submission_created: ['submission.created', { form_id: '00000000-0000-4000-8000-000000000004', data: {} }],
  schedule: ['schedule', { scheduledAt: at }],
  manual: ['manual', {}],
};

export const sampleOf = (trigger: TriggerType): { readonly type: string; readonly data: Record<string, unknown> } => {
  const [type, data] = samples[trigger];
  return { type, data: { ...data } };
};
