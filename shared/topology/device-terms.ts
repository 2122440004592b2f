import type { HeldTarget, Target } from '../entity/target.ts';
import { entityKeys } from '../table/keys/entities.ts';

/** How other resources refer to devices. */

export const deviceKinds = ['tracker', 'gateway', 'mobile', 'camera', 'other'] as const;

export const deviceTarget: Target = { kind: 'device', key: (tenant, id) => entityKeys.thin(tenant, 'device', id) };

/** There are no profiles yet, so every id is unknown. */
export const sensorProfileTarget: HeldTarget = {
  kind: 'sensor_profile',
  key: (tenant, id) => entityKeys.thin(tenant, 'sensor_profile', id),
  held: true,
};

/** The same for profiles of devices. */
export const profileTarget: HeldTarget = {
  kind: 'device_profile',
  key: (tenant, id) => entityKeys.thin(tenant, 'device_profile', id),
  held: true,
};
