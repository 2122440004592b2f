import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deleteDeviceProfiles } from '../../shared/profiles/delete.ts';
import { givenVersion } from '../../shared/profiles/version.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/device-profiles/{id}',
  operationId: 'deleteDeviceProfile',
  summary: 'Delete a device profile, or one version of it, permanently',
  description: 'Refused with `IN_USE` while devices follow what is to be deleted.',
  scope: 'profiles:delete',
  uses: { profiles: deleteDeviceProfiles },
  query: z.object({ version: givenVersion().optional() }),
  success: { 204: null },
  problems: ['NOT_FOUND', 'IN_USE'],
});

export const handler = serve(route, async ({ params, query, caller, profiles }) => {
  await profiles.delete(caller, params.id, query.version);
  return { status: 204 };
});
