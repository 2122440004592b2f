import { devices } from '../../shared/devices/devices.ts';
import { Device, DeviceDraft } from '../../shared/devices/wire.ts';
import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices',
  operationId: 'createDevice',
  summary: 'Create a device',
  description:
    'The device is `ACTIVE` at once and has no certificate: your back end reports its positions with an API key. For a ' +
    'device that connects to the broker by itself, create a registration token instead. No two devices have the same ' +
    '`externalId`. The components of its profile are made within moments.',
  scope: 'devices:write',
  uses: { devices: creates(devices) },
  body: DeviceDraft,
  success: { 201: Device },
  entityTag: false,
  problems: ['EXTERNAL_ID_EXISTS', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, devices }) => ({
  status: 201,
  body: await devices.create(caller, body, once),
}));
