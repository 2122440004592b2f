import type { Target } from '../entity/target.ts';
import { entityKeys } from '../table/keys/entities.ts';

/** How other resources refer to devices. */

export const deviceKinds = ['tracker', 'gateway', 'mobile', 'camera', 'other'] as const;

export const deviceTarget: Target = { kind: 'device', key: (tenant, id) => entityKeys.thin(tenant, 'device', id) };
