/** What a geofence is where nobody says anything. */
export const geofenceDefaults = {
  description: '',
  /** Of a circle. */
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
