import { type GeocodingRecord, geocodingDefaults } from './geocoding-settings.ts';
import { plans } from './plans.ts';
import type { Plan, Tenant, TenantReference } from './tenant.ts';

/** The settings that admins make for their workspace. An absent setting means the value of `workspaceDefaults`. */
export interface WorkspaceSettings {
  readonly logoUrl: string | null;
  readonly website: string | null;
  readonly billingEmail: string | null;
  readonly supportEmail: string | null;
  readonly description: string;
  readonly timezone: string;
  readonly unitSystem: 'metric' | 'imperial';
  readonly apiKeyBrand: string;
  readonly accessTokenTtlSeconds: number;
  readonly keyMaxLifetimeDays: number | null;
  readonly requireEmailVerification: boolean;
  readonly bulkCreateMaxBatchSize: number;
  readonly lateWindowHours: number;
  readonly certificateLifetimeDays: number;
  /** Absent: the value of the plan. */
  readonly locationRetentionDays: number | undefined;
  readonly mediaMaxBytes: number;
  readonly serverUrl: string | null;
  readonly geocoding: GeocodingRecord;
}

export const workspaceDefaults: WorkspaceSettings = {
  logoUrl: null,
  website: null,
  billingEmail: null,
  supportEmail: null,
  description: '',
  timezone: 'UTC',
  unitSystem: 'metric',
  apiKeyBrand: 'hx',
  accessTokenTtlSeconds: 86_400,
  keyMaxLifetimeDays: null,
  requireEmailVerification: false,
  bulkCreateMaxBatchSize: 500,
  lateWindowHours: 72,
  certificateLifetimeDays: 365,
  locationRetentionDays: undefined,
  mediaMaxBytes: 104_857_600,
  serverUrl: null,
  geocoding: geocodingDefaults,
};

/** A workspace's row in the Main table. */
export interface WorkspaceRow extends Partial<WorkspaceSettings> {
  readonly id: string;
  readonly reference: TenantReference;
  readonly name: string;
  readonly slug: string;
  readonly environment: 'live' | 'test';
  readonly plan: Plan;
  /** Features that the operator set for this workspace; the plan's defaults when absent. */
  readonly features?: readonly string[];
  /** Requests per hour of each key, under plan `enterprise`. */
  readonly enterpriseRateLimit?: number;
  /** When the operator suspended it, in milliseconds since 1970: its credentials are refused and its work waits. */
  readonly suspendedAt?: number;
  /** When the operator began to delete it; it cannot be resumed any more. */
  readonly deletingSince?: number;
  /**
   * The largest number of outbox shards under the plans that it has had, if that is more than under its present plan.
   */
  readonly outboxShards?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** Requests per hour of a key of this workspace, unless its own limit is lower. */
export function tierRateLimit(row: Pick<WorkspaceRow, 'plan' | 'enterpriseRateLimit'>): number {
  const { rate_limit_per_hour: tier } = plans[row.plan].limits;
  return row.plan === 'enterprise' ? (row.enterpriseRateLimit ?? tier) : tier;
}

/** The refusal of a credential that is otherwise valid. */
export const workspaceSuspended = 'This workspace is suspended; ask the operator of this platform.';

export const isSuspended = ({ suspendedAt }: Pick<WorkspaceRow, 'suspendedAt'>): boolean => suspendedAt !== undefined;

/** The most items of one bulk request. */
export const mostItemsOf = ({ bulkCreateMaxBatchSize: most }: Partial<WorkspaceSettings>): number =>
  most ?? workspaceDefaults.bulkCreateMaxBatchSize;

/** The number of outbox shards never falls, since the events of a larger plan are in all of them. */
export const outboxShardsOf = ({ plan, outboxShards = 1 }: Pick<WorkspaceRow, 'plan' | 'outboxShards'>): number =>
  Math.max(outboxShards, plans[plan].outboxShards);

export function tenantOf(row: WorkspaceRow): Tenant {
  return {
    id: row.id,
    reference: row.reference,
    environment: row.environment,
    plan: row.plan,
    features: row.features ?? plans[row.plan].features,
    outboxShards: outboxShardsOf(row),
  };
}
