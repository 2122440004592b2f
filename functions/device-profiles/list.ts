import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeviceProfile } from '../../shared/profiles/device-profiles.ts';
import { listDeviceProfiles } from '../../shared/profiles/read.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/device-profiles',
  operationId: 'listDeviceProfiles',
  summary: 'List the versions of device profiles, newest first',
  scope: 'profiles:read',
  uses: { profiles: listDeviceProfiles },
  query: listQuery({ name: z.string().max(120).optional(), latestOnly: queryBoolean().optional() }),
  success: { 200: listOf(DeviceProfile, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, profiles }) => ({
  status: 200,
  page: await profiles.list(tenant, query, page),
}));
