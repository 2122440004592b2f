import { rewriteRateLimits } from '../keys/rates.ts';
import { recordEvent } from '../outbox/event.ts';
import { mainKeys } from '../table/keys.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import { type Plan, platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { tierRateLimit, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { changeWorkspace, readWorkspace } from '../workspaces/writer.ts';

/** What the platform's operator decides about a workspace: its plan, its features. */

const main = new Table('main');

/** What is to be written of a workspace. */
interface Decision {
  readonly action: string;
  readonly attributes: Partial<WorkspaceRow>;
  readonly removed: readonly (keyof WorkspaceRow)[];
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/**
 * Puts a workspace under a plan. Settings beyond it are clipped; what the workspace holds beyond it stays, and no more
 * is let in. Then the request rates that keys carry are rewritten, even where nothing changed: an earlier run may have
 * ended between the two.
 *
 * @param rateLimit requests an hour of each key under `enterprise`; as before when absent
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

/** Gives a workspace these features and no others, or with undefined those of its plan, whichever that is. */
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
  const guards = await main.queryAll<{ reference: TenantReference }>(mainKeys.slugs(platformReference));
  const rows = await main.getMany<WorkspaceRow>(guards.map(({ reference }) => mainKeys.workspace(reference)));
  return rows.filter((row) => row !== undefined);
}

function changed(field: string, before: unknown, after: unknown): Decision['changes'] {
  return JSON.stringify(before) === JSON.stringify(after) ? {} : { [field]: [before, after] };
}

/** Writes what is decided about the workspace as it stands; nothing where that changes nothing. */
async function decide(workspace: WorkspaceRow, decision: (before: WorkspaceRow) => Decision): Promise<WorkspaceRow> {
  await retryingRaces(async () => {
    const before = await readWorkspace(workspace);
    const { action, attributes, removed, changes } = decision(before);
    if (Object.keys(changes).length === 0) return;
    const transaction = new Transaction();
    const counted = { updatedAt: Date.now(), version: before.version + 1 };
    changeWorkspace(transaction, before, { ...attributes, ...counted }, removed);
    const event = { action, resourceType: 'workspace', resourceId: before.id, changes };
    recordEvent(transaction, systemCaller(before), event);
    await transaction.commit();
  });
  return await readWorkspace(workspace);
}
