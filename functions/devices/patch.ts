import { devices } from '../../shared/devices/devices.ts';
import { Device, DevicePatch } from '../../shared/devices/wire.ts';
import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/devices/{id}',
  operationId: 'patchDevice',
  summary: 'Change the given fields of a device',
  description:
    'Absent fields stay as they are, `null` clears a field that may be empty, `metadata` is replaced whole. `status` can ' +
    'change from `ACTIVE` or `OFFLINE` to `INACTIVE` or `MAINTENANCE`, and from these to `ACTIVE`; sending the present ' +
    'status changes nothing. Positions of an `INACTIVE` device are refused. Those of a device in `MAINTENANCE` are stored, ' +
    'but cause no action and no alert. Another version of the profile makes missing components and moves present ones, ' +
    'within moments; none is removed. A profile without a version means its newest version.',
  scope: 'devices:write',
  uses: { devices: patches(devices) },
  body: DevicePatch,
  success: { 200: Device },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_TRANSITION', 'EXTERNAL_ID_EXISTS'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, devices }) => ({
  status: 200,
  body: await devices.patch(caller, params.id, body, ifMatch),
}));
