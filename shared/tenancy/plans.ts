import type { Plan } from './tenant.ts';

/** What a plan allows, with the names that the API uses; −1 is unlimited. */
export interface PlanLimits {
  /**
   * Requests per hour of each API key. Under `enterprise` the operator sets a rate for each workspace; this is the rate
   * until then.
   */
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

/** The features that a plan, or the operator for one workspace, switches on. */
export const allFeatures = ['BULK_IMPORT'] as const;
export type Feature = (typeof allFeatures)[number];

export interface PlanRules {
  readonly name: string;
  readonly support: string;
  readonly features: readonly Feature[];
  readonly limits: PlanLimits;
  /**
   * Partitions over which the outbox of a workspace is spread. One partition accepts 1,000 write units a second, which
   * are some 250 to 500 events; see "How many events a second" in `lib/README.md`.
   */
  readonly outboxShards: number;
}

const bulk: readonly Feature[] = ['BULK_IMPORT'];
const unlimited = -1;

export const plans: Readonly<Record<Plan, PlanRules>> = {
  free: {
    name: 'Free',
    support: 'Community support',
    features: [],
    outboxShards: 1,
    limits: {
      rate_limit_per_hour: 100,
      events_per_month: 25_000,
      geofences: 100,
      webhooks: 2,
      workflows: 3,
      devices: 10,
      users: 3,
      api_keys: 3,
      storage_gb: 1,
      log_retention_days: 7,
      location_retention_days: 30,
    },
  },
  pro: {
    name: 'Pro',
    support: 'Email support',
    features: bulk,
    outboxShards: 1,
    limits: {
      rate_limit_per_hour: 1000,
      events_per_month: 250_000,
      geofences: 5000,
      webhooks: 10,
      workflows: 25,
      devices: 250,
      users: 25,
      api_keys: 25,
      storage_gb: 50,
      log_retention_days: 30,
      location_retention_days: 90,
    },
  },
  business: {
    name: 'Business',
    support: 'Priority support',
    features: bulk,
    outboxShards: 4,
    limits: {
      rate_limit_per_hour: 5000,
      events_per_month: 2_500_000,
      geofences: 50_000,
      webhooks: 50,
      workflows: 250,
      devices: 5000,
      users: 250,
      api_keys: 100,
      storage_gb: 500,
      log_retention_days: 90,
      location_retention_days: 365,
    },
  },
  enterprise: {
    name: 'Enterprise',
    support: 'Dedicated support with SLA',
    features: bulk,
    outboxShards: 32,
    limits: {
      rate_limit_per_hour: 1_000_000,
      events_per_month: unlimited,
      geofences: unlimited,
      webhooks: unlimited,
      workflows: unlimited,
      devices: unlimited,
      users: unlimited,
      api_keys: unlimited,
      storage_gb: unlimited,
      log_retention_days: 365,
      location_retention_days: 3650,
    },
  },
};

const secondsPerDay = 86_400;

/**
 * The end of the log retention of a plan, which applies to events, deliveries and everything else that is logged.
 *
 * @param at when it happened, in milliseconds since 1970
 * @returns seconds since 1970, as `ttl` has them
 */
export const loggedUntil = (plan: Plan, at: number): number =>
  Math.ceil(at / 1000) + plans[plan].limits.log_retention_days * secondsPerDay;
