import type { Plan } from './tenant.ts';

/** What a plan allows, in the wire's names; −1 is unlimited. */
export interface PlanLimits {
  /** Requests an hour for each API key; under `enterprise` stored per workspace, and this until the operator sets one. */
  readonly rate_limit_per_hour: number;
  readonly events_per_month: number;
  readonly geofences: number;
  readonly webhooks: number;
  readonly workflows: number;
  readonly devices: number;
  readonly users: number;
  readonly api_keys: number;
  readonly storage_gb: number;
  readonly log_retention_days: number;
  readonly location_retention_days: number;
}

/** What a plan, or the operator for one workspace, switches on. */
export const allFeatures = ['BULK_IMPORT'] as const;
export type Feature = (typeof allFeatures)[number];

export interface PlanRules {
  readonly name: string;
  readonly support: string;
  readonly features: readonly Feature[];
  readonly limits: PlanLimits;
}

const columns = [
  'rate_limit_per_hour',
  'events_per_month',
  'geofences',
  'webhooks',
  'workflows',
  'devices',
  'users',
  'api_keys',
  'storage_gb',
  'log_retention_days',
  'location_retention_days',
] as const satisfies readonly (keyof PlanLimits)[];

const limits = (...row: readonly number[]): PlanLimits =>
  Object.fromEntries(columns.map((name, i) => [name, row[i]])) as unknown as PlanLimits;

const bulk: readonly Feature[] = ['BULK_IMPORT'];

/** One row a plan, in the order of `columns`. */
export const plans: Readonly<Record<Plan, PlanRules>> = {
  free: {
    name: 'Free',
    support: 'Community support',
    features: [],
    limits: limits(100, 25_000, 100, 2, 3, 10, 3, 3, 1, 7, 30),
  },
  pro: {
    name: 'Pro',
    support: 'Email support',
    features: bulk,
    limits: limits(1000, 250_000, 5000, 10, 25, 250, 25, 25, 50, 30, 90),
  },
  business: {
    name: 'Business',
    support: 'Priority support',
    features: bulk,
    limits: limits(5000, 2_500_000, 50_000, 50, 250, 5000, 250, 100, 500, 90, 365),
  },
  enterprise: {
    name: 'Enterprise',
    support: 'Dedicated support with SLA',
    features: bulk,
    limits: limits(1_000_000, -1, -1, -1, -1, -1, -1, -1, -1, 365, 3650),
  },
};
