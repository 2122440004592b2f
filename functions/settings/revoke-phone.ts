import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { revokePhones } from '../../shared/phones/revoke.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/settings/mobile/devices/{device_id}',
  operationId: 'revokePairedDevice',
  summary: 'Revoke a paired phone: its token is refused from now on',
  description:
    'The phone stays in the list of devices as `INACTIVE`. To use it again, pair it again; it is a new device then. Editors ' +
    'and field workers can revoke their own.',
  scope: 'mobile_devices:delete',
  uses: { phones: revokePhones },
  success: { 204: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, phones }) => {
  await phones.revoke(caller, params.device_id);
  return { status: 204 };
});
