import { overviewOf } from '../../shared/operator/overview.ts';
import { plans } from '../../shared/tenancy/plans.ts';
import { tenantOf, tierRateLimit, type WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { printInstant } from '../../shared/wire/schema.ts';

/** What the operator sees of a workspace, one line per fact. */
export async function linesOf(workspace: WorkspaceRow): Promise<string[]> {
  const { owners, users, keys, geofences, requests } = await overviewOf(workspace);
  const { limits } = plans[workspace.plan];
  const of = (used: number, limit: number) => (limit < 0 ? `${used}` : `${used} of ${limit}`);
  const facts = {
    id: workspace.id,
    plan: `${workspace.plan}, ${tierRateLimit(workspace)} requests an hour of each key`,
    environment: workspace.environment,
    features: tenantOf(workspace).features.join(', ') || 'none',
    state: stateOf(workspace),
    owners: owners.join(', ') || 'none who can sign in',
    users: of(users, limits.users),
    'API keys': of(keys, limits.api_keys),
    geofences: of(geofences, limits.geofences),
    requests: `${requests} this month`,
    created: printInstant(workspace.createdAt),
  };
  const title = `${workspace.name} (${workspace.slug})`;
  return [title, ...Object.entries(facts).map(([name, value]) => `  ${name.padEnd(12)} ${value}`)];
}

function stateOf({ suspendedAt, deletingSince }: WorkspaceRow): string {
  if (deletingSince !== undefined)
    return `a deletion that began ${printInstant(deletingSince)} has not ended; run it again`;
  return suspendedAt === undefined ? 'active' : `suspended since ${printInstant(suspendedAt)}`;
}
