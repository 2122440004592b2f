import { changeFence, draftFence, type Fence, showFence } from '../../../shared/geofences/fence.ts';
import { GeofenceDraft, GeofencePatch } from '../../../shared/geofences/wire.ts';
import { tenant } from '../support/people.ts';

/** Fences that are created and changed with request bodies, and returned in the form of responses. */

export const now = Date.parse('2026-03-22T10:00:00Z');
export const later = now + 1000;
export const place = { latitude: 50, longitude: 10 };

export type Body = Record<string, unknown>;
export const drafted = (body: Body = {}): Fence =>
  draftFence('550e8400-e29b-41d4-a716-446655440000', GeofenceDraft.parse({ name: 'A', ...place, ...body }), now);
export const patched = (fence: Fence, body: Body) => changeFence(fence, GeofencePatch.parse(body), 'patch', later);
export const replaced = (fence: Fence, body: Body) => changeFence(fence, GeofenceDraft.parse(body), 'replace', later);
export const shown = (fence: Fence) => JSON.parse(JSON.stringify(showFence(tenant(), fence))) as Body;

export const defaults = {
  description: '',
  radiusMeters: 500,
  triggerOn: 'enter',
  dwellMinutes: null,
  cooldownMs: 86_400_000,
  action: {},
  status: 'active',
  tags: [],
  groupName: null,
  metadata: {},
  externalId: null,
  noise: null,
  detectCrossing: false,
};
export const full = {
  name: 'Full',
  description: 'text',
  latitude: 1,
  longitude: 2,
  radiusMeters: 300,
  triggerOn: 'exit',
  dwellMinutes: 7,
  cooldownMs: 0,
  action: { a: 1 },
  status: 'inactive',
  tags: ['x', 'y'],
  groupName: 'g',
  metadata: { m: { n: 1 } },
  externalId: 'e',
  noise: { hysteresisMeters: 3 },
  detectCrossing: true,
};
export const wholeNoise = {
  maxAccuracyMeters: null,
  enterConfirmations: 1,
  exitHoldSeconds: 0,
  hysteresisMeters: 3,
  exitUsesAccuracy: false,
  maxCrossGapSeconds: 600,
  lateActionMaxAgeMinutes: 15,
};
