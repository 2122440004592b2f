import * as z from 'zod';
import { DeviceStatus } from '../../shared/devices/devices.ts';
import { listDevices } from '../../shared/devices/list.ts';
import { Device } from '../../shared/devices/wire.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deviceKinds } from '../../shared/topology/device-terms.ts';
import { givenId } from '../../shared/wire/id.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';

const idOf = (names: string) => givenId().optional().meta({ names });

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices',
  operationId: 'listDevices',
  summary: 'List devices, newest first',
  scope: 'devices:read',
  uses: { devices: listDevices },
  query: listQuery({
    status: DeviceStatus.optional(),
    kind: z.enum(deviceKinds).optional(),
    siteId: idOf('site'),
    groupId: idOf('device_group').meta({
      description: 'Only devices that belong to this group, by its query or by its list.',
    }),
    deviceProfileId: idOf('device_profile'),
    tag: z.string().max(64).optional(),
    externalId: z.string().min(1).max(128).optional(),
    connected: queryBoolean().optional(),
    insideGeofenceId: idOf('geofence'),
  }),
  success: { 200: listOf(Device, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, caller, devices }) => ({
  status: 200,
  page: await devices.list(caller, query, page),
}));
