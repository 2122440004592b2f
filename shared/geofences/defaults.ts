import type { NoiseRules } from '../transitions/fence.ts';

/** The noise controls of a geofence that sets none. */
export const noiseDefaults: NoiseRules = {
  maxAccuracyMeters: null,
  enterConfirmations: 1,
  exitHoldSeconds: 0,
  hysteresisMeters: 0,
  exitUsesAccuracy: false,
  maxCrossGapSeconds: 600,
  lateActionMaxAgeMinutes: 15,
};

/** The values of the fields of a geofence that nobody sets. */
export const geofenceDefaults = {
  description: '',
  /** For a circle. */
  radiusMeters: 500,
  triggerOn: 'enter',
  dwellMinutes: null,
  cooldownMs: 86_400_000,
  action: {} as Readonly<Record<string, unknown>>,
  status: 'active',
  tags: [] as string[],
  groupName: null,
  metadata: {} as Readonly<Record<string, unknown>>,
  externalId: null,
  noise: null,
  detectCrossing: false,
} as const;
