import { type About, publish } from '../outbox/publish.ts';
import { newId } from '../table/ids.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type Fence, showFence } from './fence.ts';

/** The events about geofences that are published to webhooks and workflows. */

/** The values of a geofence that filters of events compare. */
const aboutFence = ({ id, tags, groupName }: Pick<Fence, 'id' | 'tags' | 'groupName'>): About => ({
  geofence_ids: [id],
  geofence_tags: tags,
  ...(groupName === null ? {} : { group_names: [groupName] }),
});

/** The same for a geofence that may have been deleted when one of its events is published. */
export const aboutFenceOrId = (id: string, fence: Fence | undefined): About =>
  fence ? aboutFence(fence) : { geofence_ids: [id] };

/** Publishes that a geofence was created, changed or deleted. A deleted one is shown as it was. */
export function publishFence(
  transaction: Transaction,
  tenant: Tenant,
  before: Fence | undefined,
  after: Fence | undefined,
): void {
  const fence = after ?? before;
  if (!fence) return;
  publish(transaction, tenant, {
    id: newId(Date.now()),
    type: !before ? 'geofence.created' : after ? 'geofence.updated' : 'geofence.deleted',
    subject: fence.id,
    data: showFence(tenant, fence),
    about: aboutFence(fence),
  });
}
