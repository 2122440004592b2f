import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { userRateLimit } from '../auth/credential.ts';
import { defineCapability } from '../capability/capability.ts';
import { counterOf } from '../limits/endpoint-limit.ts';
import { remainingOf } from '../limits/limiter.ts';
import { type PolicyName, policies } from '../limits/policies.ts';
import { type RateState, rateWindow, windowSeconds } from '../limits/rate-window.ts';
import { workspaceDefaults } from '../tenancy/workspace-record.ts';
import { PlanLimitsShown, planNames, planOf, showPlan } from './plan-wire.ts';

/** Limits in force for a caller, and what is left of them. */

export const Limits = z
  .object({
    tier: z.enum(planNames),
    rate_limits: z.array(
      z
        .object({
          policy: z
            .string()
            .meta({ description: "`tier` is the credential's own rate; other names are limits of endpoints." }),
          limit: z.int(),
          period_seconds: z.int(),
          remaining: z.int().meta({ description: 'Requests left in the current window; for `addresses`, addresses.' }),
        })
        .meta({ id: 'RateLimitInForce' }),
    ),
    bulk_create_max_batch_size: z.int(),
    plan_limits: PlanLimitsShown,
  })
  .meta({
    id: 'Limits',
    example: {
      tier: 'pro',
      rate_limits: [
        { policy: 'tier', limit: 1000, period_seconds: 3600, remaining: 987 },
        { policy: 'bulk', limit: 60, period_seconds: 3600, remaining: 60 },
      ],
      bulk_create_max_batch_size: 500,
      plan_limits: showPlan('pro').limits,
    },
  });

const ofCallers = (Object.keys(policies) as PolicyName[]).filter((name) =>
  ['credential', 'workspace'].includes(policies[name].subject),
);

/** The credential's own rate after this request was counted. */
function tierOf({ user, key }: Caller): RateState {
  const [subject, limit, row] = user
    ? [user.id, userRateLimit, user.row]
    : [key?.keyId ?? '', key?.rateLimit ?? 0, key];
  const { attribute, resetsInSeconds } = rateWindow(subject, Date.now());
  const used = Number((row as unknown as Record<string, unknown> | undefined)?.[attribute] ?? 0);
  return { policy: 'tier', limit, remaining: Math.max(0, limit - used), resetsInSeconds, periodSeconds: windowSeconds };
}

async function limitsOf(caller: Caller): Promise<z.input<typeof Limits>> {
  const { tenant, workspace } = caller;
  const counters = ofCallers.map((policy) =>
    counterOf(
      { kind: caller.user ? 'user' : 'key', principal: caller.principal, secretHash: caller.key?.secretHash },
      policy,
    ),
  );
  const states = [tierOf(caller), ...(await remainingOf(tenant.reference, counters))];
  const { bulkCreateMaxBatchSize } = { ...workspaceDefaults, ...workspace };
  return {
    tier: workspace.plan,
    rate_limits: states.map(({ policy, limit, periodSeconds, remaining }) => ({
      policy,
      limit,
      period_seconds: periodSeconds,
      remaining,
    })),
    bulk_create_max_batch_size: bulkCreateMaxBatchSize,
    plan_limits: planOf(workspace).limits,
  };
}

export const readLimits = defineCapability({ tables: { access: ['BatchGetItem'] }, open: () => ({ of: limitsOf }) });
