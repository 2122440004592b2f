import { changesBetween } from '../json/equality.ts';
import { rewriteRateLimits } from '../keys/rates.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import { plans } from '../tenancy/plans.ts';
import { type Plan, platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { outboxShardsOf, tierRateLimit, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { type Decision, decide } from './decision.ts';

/** Decisions of the platform's operator about a workspace: its plan and its features. */

const main = new Table('main');

/**
 * Assigns a plan to a workspace. Settings beyond the plan are reduced to it. The workspace keeps what it already has
 * beyond the plan, but cannot make more. Then the request rates of all keys are rewritten, even if nothing changed,
 * since an earlier run may have failed between the two.
 *
 * @param rateLimit requests per hour of each key under `enterprise`; unchanged if absent
 */
export async function assignPlan(workspace: WorkspaceRow, plan: Plan, rateLimit?: number): Promise<WorkspaceRow> {
  const assigned = await decide(workspace, (before) => {
    const { enterpriseRateLimit, ...rest } = before;
    const rate = plan === 'enterprise' ? (rateLimit ?? enterpriseRateLimit) : undefined;
    const after = { ...rest, plan, ...(rate === undefined ? {} : { enterpriseRateLimit: rate }) };
    const most = plans[plan].limits.location_retention_days;
    const { locationRetentionDays: days } = before;
    const clipped = days !== undefined && days > most;
    const changes = {
      ...changed('plan', before.plan, plan),
      ...changed('rate_limit_per_hour', tierRateLimit(before), tierRateLimit(after)),
      ...(clipped ? changed('location_retention_days', days, most) : {}),
    };
    return {
      action: 'workspace.plan_change',
      attributes: {
        plan,
        outboxShards: outboxShardsOf({ ...before, plan, outboxShards: outboxShardsOf(before) }),
        ...(rate === undefined ? {} : { enterpriseRateLimit: rate }),
        ...(clipped ? { locationRetentionDays: most } : {}),
      },
      removed: rate === undefined ? ['enterpriseRateLimit'] : [],
      changes,
    };
  });
  await rewriteRateLimits(assigned);
  return assigned;
}

/** Sets the features of a workspace to exactly these, or to those of its plan if undefined. */
export async function assignFeatures(
  workspace: WorkspaceRow,
  features: readonly string[] | undefined,
): Promise<WorkspaceRow> {
  return await decide(workspace, (before) => ({
    action: 'workspace.features_change',
    attributes: features ? { features } : {},
    removed: features ? [] : ['features'],
    changes: changed('features', before.features ?? null, features ?? null),
  }));
}

/** Every workspace of the deployment, by slug. */
export async function listWorkspaces(): Promise<WorkspaceRow[]> {
  const guards = await main.queryAll<{ reference: TenantReference }>(workspaceKeys.slugs(platformReference));
  const rows = await main.getMany<WorkspaceRow>(guards.map(({ reference }) => workspaceKeys.workspace(reference)));
  return rows.filter((row) => row !== undefined);
}

const changed = (field: string, before: unknown, after: unknown): Decision['changes'] =>
  changesBetween([field], { [field]: before }, { [field]: after });
