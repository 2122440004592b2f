import * as z from 'zod';
import { shownId } from '../entity/fields.ts';
import { schemasOf } from '../entity/schemas.ts';
import { instant } from '../wire/schema.ts';
import { DeviceStatus, devices } from './devices.ts';
import { examplePoint, Point } from './point.ts';

/** Devices in requests and responses. */

const { Draft, Patch, Shown } = schemasOf(
  'Device',
  devices,
  {
    name: 'warehouse-gateway-01',
    externalId: 'gw-17',
    kind: 'gateway',
    status: 'ACTIVE',
    siteId: null,
    deviceProfileId: null,
    deviceProfileVersion: null,
    tags: ['dock'],
    metadata: {},
    location: { latitude: 37.8, longitude: -122.4 },
    activeSessionId: null,
    certificateId: null,
    userId: null,
    firmwareVersion: null,
    connected: false,
    lastLocation: examplePoint,
    insideGeofenceIds: [],
    lastSeenAt: null,
  },
  {
    lastLocation: Point.nullable().meta({ description: 'The position with the latest `recordedAt`; null: none yet.' }),
    insideGeofenceIds: z
      .array(shownId())
      .meta({ description: 'Geofences that the device is in now; at most the 100 that it entered last.' }),
    lastSeenAt: instant().nullable(),
  },
);

export const Device = Shown;
export const DeviceDraft = Draft;
export const DevicePatch = Patch.extend({ status: DeviceStatus.optional() }).meta({
  id: 'DevicePatch',
  example: { name: 'warehouse-gateway-02', status: 'MAINTENANCE' },
});
