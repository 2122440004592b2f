import { problem } from '../problems/problem.ts';
import { isConditionFailed, rowBefore } from '../table/faults.ts';
import { accessKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from './tenant.ts';
import { type PlanRules, plans } from './workspace-record.ts';

/** Things that a plan counts. */
export type CountedResource = 'geofences' & keyof PlanRules;

const access = new Table('access');

/**
 * Takes places out of a plan's limit before they are used, in one conditional update, so that racing writers never
 * over-run it. Give them back when the use failed or ended.
 */
export async function reserveQuota(tenant: Tenant, resource: CountedResource, places = 1): Promise<void> {
  const limit = plans[tenant.plan][resource];
  const update = {
    expression: 'ADD used :places',
    values: { ':places': places },
  };
  const bound = {
    expression: places > limit ? 'used <= :most' : 'attribute_not_exists(used) OR used <= :most',
    values: { ':most': limit - places },
  };
  try {
    await access.update(accessKeys.quota(tenant.reference, resource), update, limit < 0 ? undefined : bound);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const used = Number(rowBefore(error)?.used ?? (places > limit ? 0 : limit));
    const detail = `The plan "${tenant.plan}" holds ${limit} ${resource}, and ${used} are used.`;
    throw problem('QUOTA_EXCEEDED', detail, { resource, limit, used });
  }
}

export async function releaseQuota(tenant: Tenant, resource: CountedResource, places = 1): Promise<void> {
  const update = { expression: 'ADD used :places', values: { ':places': -places } };
  await access.update(accessKeys.quota(tenant.reference, resource), update);
}
