import type { HeldTarget, Target } from '../entity/target.ts';
import { entityKeys } from '../table/keys/entities.ts';

/** Devices as others name them. */

export const deviceKinds = ['tracker', 'gateway', 'mobile', 'camera', 'other'] as const;

export const deviceTarget: Target = { kind: 'device', key: (tenant, id) => entityKeys.thin(tenant, 'device', id) };

/** Profiles are yet to come: until then no id names one. */
export const profileTarget: HeldTarget = {
  kind: 'device_profile',
  key: (tenant, id) => entityKeys.thin(tenant, 'device_profile', id),
  held: true,
};
