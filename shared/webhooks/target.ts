import type { Target } from '../entity/target.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { takesEvents } from '../wire/webhook-kind.ts';

/** How other resources refer to webhooks. */

const kind = 'webhook';

export const webhookTarget: Target = {
  kind,
  key: (tenant, id) => entityKeys.thin(tenant, kind, id),
  fits: takesEvents,
};
