import * as z from 'zod';
import { type PlanLimits, plans } from '../tenancy/plans.ts';
import type { Plan as PlanName } from '../tenancy/tenant.ts';
import { tierRateLimit, type WorkspaceRow } from '../tenancy/workspace-record.ts';

/** Plans as the API shows them. */

export const planNames = Object.keys(plans) as [PlanName, ...PlanName[]];

const limit = z.int();
const limits = Object.keys(plans.free.limits) as (keyof PlanLimits)[];

export const PlanLimitsShown = z
  .object(Object.fromEntries(limits.map((name) => [name, limit])) as Record<keyof PlanLimits, typeof limit>)
  .meta({
    id: 'PlanLimits',
    description:
      '−1 means unlimited. `rate_limit_per_hour` applies to each API key. Under `enterprise` it is agreed for each workspace; until then this value applies.',
  });

function shown(name: PlanName) {
  const { features, ...rules } = plans[name];
  return {
    id: name,
    name: rules.name,
    support: rules.support,
    price_cents: null,
    currency: null,
    interval: 'month' as const,
    features: [...features],
    limits: { ...rules.limits },
  };
}

export const PlanShown = z
  .object({
    id: z.enum(planNames),
    name: z.string(),
    support: z.string(),
    price_cents: z.int().nullable().meta({ description: 'Null if the payment provider has no price.' }),
    currency: z.string().nullable(),
    interval: z.literal('month'),
    features: z.array(z.string()),
    limits: PlanLimitsShown,
  })
  .meta({ id: 'Plan', example: shown('pro') });

export const showPlan = (name: PlanName): z.input<typeof PlanShown> => shown(name);

/** The workspace's plan, with the request rate of this workspace. */
export function planOf(workspace: WorkspaceRow): z.input<typeof PlanShown> {
  const plan = showPlan(workspace.plan);
  return { ...plan, limits: { ...plan.limits, rate_limit_per_hour: tierRateLimit(workspace) } };
}
