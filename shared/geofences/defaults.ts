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
