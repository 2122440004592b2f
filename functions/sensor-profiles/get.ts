import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readSensorProfiles } from '../../shared/profiles/read.ts';
import { SensorProfile } from '../../shared/profiles/sensor-profiles.ts';
import { givenVersion } from '../../shared/profiles/version.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/sensor-profiles/{id}',
  operationId: 'getSensorProfile',
  summary: 'Get a sensor profile',
  scope: 'profiles:read',
  uses: { profiles: readSensorProfiles },
  query: z.object({ version: givenVersion().optional() }),
  success: { 200: SensorProfile },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, tenant, profiles }) => ({
  status: 200,
  body: await profiles.get(tenant, params.id, query.version),
}));
