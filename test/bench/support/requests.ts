import { environmentNames } from '../../../shared/capability/environment.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { asTenantReference } from '../../../shared/tenancy/tenant.ts';
import { answerFor } from '../../support/aws-fake.ts';

/**
 * The requests that one check sends to the database, counted at the product's own client; nothing leaves this process.
 */
export async function countRequests(): Promise<{ requests: number; waves: number }> {
  process.env[environmentNames.table('cells')] = 'cells';
  let requests = 0;
  let waves = 0;
  let open = 0;
  const restore = answerFor('dynamodb', async () => {
    requests += 1;
    if (open++ === 0) waves += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    open -= 1;
    return { Items: [], Count: 0, ScannedCount: 0 };
  });
  const tenant = asTenantReference('00000000');
  await checkGeofences.open().candidates(tenant, 37.7749, -122.4194, new AbortController().signal);
  restore();
  return { requests, waves };
}
