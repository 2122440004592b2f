import type { HeldTarget } from '../entity/target.ts';
import { entityKeys } from '../table/keys/entities.ts';

/** How other resources refer to notification channels. */

const kind = 'notification_channel';

export const channelTarget: HeldTarget = { kind, key: (tenant, id) => entityKeys.thin(tenant, kind, id), held: true };
