import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createSensorProfiles } from '../../shared/profiles/create.ts';
import { SensorProfile, SensorProfileDraft } from '../../shared/profiles/sensor-profiles.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/sensor-profiles',
  operationId: 'createSensorProfile',
  summary: 'Create a sensor profile, or a further version of it',
  description:
    'A further request with the same `name` adds a version under the same `id`. Versions never change. ' +
    'Parts of the same name, bounds that contradict the type, and a `configSchema` that is no JSON Schema 2020-12 are ' +
    '`SCHEMA_INVALID`.',
  scope: 'profiles:write',
  uses: { profiles: createSensorProfiles },
  body: SensorProfileDraft,
  success: { 201: SensorProfile },
  entityTag: false,
  problems: ['VERSION_EXISTS', 'SCHEMA_INVALID'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, profiles }) => ({
  status: 201,
  body: await profiles.create(caller, body, once),
}));
