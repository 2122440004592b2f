import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createDeviceProfiles } from '../../shared/profiles/create.ts';
import { DeviceProfile, DeviceProfileDraft } from '../../shared/profiles/device-profiles.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/device-profiles',
  operationId: 'createDeviceProfile',
  summary: 'Create a device profile, or a further version of it',
  description:
    'A further request with the same `name` adds a version under the same `id`. Versions never change. ' +
    'Parts of the same name, bounds that contradict the type, and a `configSchema` that is no JSON Schema 2020-12 are ' +
    '`SCHEMA_INVALID`.',
  scope: 'profiles:write',
  uses: { profiles: createDeviceProfiles },
  body: DeviceProfileDraft,
  success: { 201: DeviceProfile },
  entityTag: false,
  problems: ['VERSION_EXISTS', 'SCHEMA_INVALID'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, profiles }) => ({
  status: 201,
  body: await profiles.create(caller, body, once),
}));
