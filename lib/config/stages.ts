import type { StageConfig, StageName } from '../config.ts';
import { costly } from './ceilings.ts';
import { mailFrom } from './mail.ts';
import type { OriginSecretsConfig } from './origin-secrets.ts';
import type { TokenKeysConfig } from './token-keys.ts';

const firstTokenKey: TokenKeysConfig = { published: [1], signer: 1 };
const firstOriginSecret: OriginSecretsConfig = { sent: [1], accepted: 1 };

/**
 * The quota that AWS gives every account (Service Quotas: rate of SearchPlaceIndexForText requests); it can be raised.
 */
const firstGeocodeQuota = 50;

/** The settings of each stage that the context does not change. */
export const stages: Readonly<Record<StageName, StageConfig>> = {
  local: {
    name: 'local',
    frontDoor: 'gateway',
    deletionProtection: false,
    logRetentionDays: 1,
    logLevel: 'INFO',
    platformLogLevel: 'WARN',
    ceilings: {
      throttle: { requestsPerSecond: 5000, burst: 5000 },
      costlyThrottle: costly(500),
      reservedConcurrency: {},
    },
    publicDocs: true,
    allowedOrigins: ['*'],
    originSecrets: firstOriginSecret,
    refuseDirectCalls: true,
    tokenKeys: firstTokenKey,
    mail: { ...mailFrom('Hexfence <no-reply@hexfence.local>'), identity: 'address' },
    signUp: true,
    placeIndex: false,
    geocodesPerSecond: 500,
    openTargets: true,
  },
  dev: {
    name: 'dev',
    frontDoor: 'cloudfront',
    deletionProtection: false,
    logRetentionDays: 14,
    logLevel: 'INFO',
    platformLogLevel: 'INFO',
    ceilings: {
      throttle: { requestsPerSecond: 200, burst: 400 },
      costlyThrottle: costly(10),
      reservedConcurrency: {},
      tableUnits: { reads: 2000, writes: 1000 },
      monthlyBudgetDollars: 50,
    },
    publicDocs: true,
    allowedOrigins: ['*'],
    originSecrets: firstOriginSecret,
    refuseDirectCalls: true,
    tokenKeys: firstTokenKey,
    signUp: false,
    placeIndex: true,
    geocodesPerSecond: firstGeocodeQuota,
    openTargets: false,
  },
  prod: {
    name: 'prod',
    frontDoor: 'cloudfront',
    deletionProtection: true,
    logRetentionDays: 90,
    logLevel: 'INFO',
    platformLogLevel: 'WARN',
    ceilings: {
      throttle: { requestsPerSecond: 2000, burst: 4000 },
      costlyThrottle: costly(20),
      reservedConcurrency: {},
      tableUnits: { reads: 12_000, writes: 6000 },
      monthlyBudgetDollars: 300,
    },
    publicDocs: true,
    allowedOrigins: [],
    originSecrets: firstOriginSecret,
    refuseDirectCalls: true,
    tokenKeys: firstTokenKey,
    signUp: false,
    placeIndex: true,
    geocodesPerSecond: firstGeocodeQuota,
    openTargets: false,
  },
};
