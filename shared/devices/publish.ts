import type { Entity } from '../entity/kind.ts';
import { showOne } from '../entity/show.ts';
import type { Actor } from '../outbox/event.ts';
import type { EventType } from '../outbox/event-types.ts';
import { publish } from '../outbox/publish.ts';
import { newId } from '../table/ids.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { devices } from './devices.ts';

/** Events of devices for webhooks and workflows. */

/** Publishes an event with the device as it is then. Also reads the head, which writers of devices may do. */
export async function publishDeviceEvent(
  transaction: Transaction,
  tenant: Tenant,
  type: Extract<EventType, `device.${string}`>,
  device: Entity,
): Promise<void> {
  publish(transaction, tenant, {
    id: newId(Date.now()),
    type,
    subject: device.id,
    data: await showOne(devices, tenant, device as Entity<(typeof devices)['fields']>),
    about: { device_ids: [device.id] },
  });
}

/** Publishes that a device was created or deleted; the event shows a deleted device as it was. */
export async function publishExistence(
  transaction: Transaction,
  { tenant }: Actor,
  before: Entity | undefined,
  after: Entity | undefined,
): Promise<void> {
  if (!before && after) await publishDeviceEvent(transaction, tenant, 'device.registered', after);
  if (before && !after) await publishDeviceEvent(transaction, tenant, 'device.deleted', before);
}
