import { environmentNames } from '../../../shared/capability/environment.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { documentClient } from '../../../shared/table/client.ts';
import { asTenantReference } from '../../../shared/tenancy/tenant.ts';

/** What one check sends to the database, counted on the product's own client; nothing leaves this process. */
export async function countRequests(): Promise<{ requests: number; waves: number }> {
  const credentials = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };
  Object.assign(process.env, credentials, { AWS_REGION: 'us-east-1', [environmentNames.table('cells')]: 'cells' });
  let requests = 0;
  let waves = 0;
  let open = 0;
  documentClient().middlewareStack.add(
    () => async () => {
      requests += 1;
      if (open++ === 0) waves += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return { output: { $metadata: {}, Items: [], Count: 0, ScannedCount: 0 }, response: {} } as never;
    },
    { step: 'build', name: 'counted' },
  );
  const tenant = asTenantReference('00000000');
  await checkGeofences.open().candidates(tenant, 37.7749, -122.4194, new AbortController().signal);
  documentClient().middlewareStack.remove('counted');
  return { requests, waves };
}
