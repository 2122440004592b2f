import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeviceProfile } from '../../shared/profiles/device-profiles.ts';
import { readDeviceProfiles } from '../../shared/profiles/read.ts';
import { givenVersion } from '../../shared/profiles/version.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/device-profiles/{id}',
  operationId: 'getDeviceProfile',
  summary: 'Get a device profile',
  scope: 'profiles:read',
  uses: { profiles: readDeviceProfiles },
  query: z.object({ version: givenVersion().optional() }),
  success: { 200: DeviceProfile },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, tenant, profiles }) => ({
  status: 200,
  body: await profiles.get(tenant, params.id, query.version),
}));
