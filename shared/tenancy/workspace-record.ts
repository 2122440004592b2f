import type { Plan, Tenant, TenantReference } from './tenant.ts';

/** A workspace's row in the Main table. */
export interface WorkspaceRow {
  readonly id: string;
  readonly reference: TenantReference;
  readonly name: string;
  readonly slug: string;
  readonly environment: 'live' | 'test';
  readonly plan: Plan;
  /** Features that the operator set for this workspace; the plan's defaults when absent. */
  readonly features?: readonly string[];
  readonly apiKeyBrand: string;
  /** Requests an hour a key under plan `enterprise`. */
  readonly enterpriseRateLimit?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

export interface PlanRules {
  /** Requests an hour for each API key. */
  readonly requestsPerHour: number;
  /** Geofences; −1 is unlimited. */
  readonly geofences: number;
  readonly logRetentionDays: number;
  readonly features: readonly string[];
}

export const plans: Readonly<Record<Plan, PlanRules>> = {
  free: { requestsPerHour: 100, geofences: 100, logRetentionDays: 7, features: [] },
  pro: { requestsPerHour: 1000, geofences: 5000, logRetentionDays: 30, features: ['BULK_IMPORT'] },
  business: { requestsPerHour: 5000, geofences: 50_000, logRetentionDays: 90, features: ['BULK_IMPORT'] },
  /** `requestsPerHour` is stored per workspace; this is the value until the operator sets one. */
  enterprise: { requestsPerHour: 1_000_000, geofences: -1, logRetentionDays: 365, features: ['BULK_IMPORT'] },
};

/** Requests an hour that a key of this workspace gets unless its own limit is lower. */
export function tierRateLimit(row: Pick<WorkspaceRow, 'plan' | 'enterpriseRateLimit'>): number {
  const { requestsPerHour } = plans[row.plan];
  return row.plan === 'enterprise' ? (row.enterpriseRateLimit ?? requestsPerHour) : requestsPerHour;
}

export function tenantOf(row: WorkspaceRow): Tenant {
  return {
    id: row.id,
    reference: row.reference,
    environment: row.environment,
    plan: row.plan,
    features: row.features ?? plans[row.plan].features,
  };
}
