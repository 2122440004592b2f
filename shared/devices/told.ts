import type { Entity } from '../entity/kind.ts';
import { showOne } from '../entity/show.ts';
import type { Actor } from '../outbox/event.ts';
import type { EventType } from '../outbox/event-types.ts';
import { publish } from '../outbox/publish.ts';
import { newId } from '../table/ids.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { devices } from './devices.ts';

/** What webhooks and workflows are told of devices. */

/** Tells what happened to a device, with the device as it is then. Reads its head, which writers of devices may. */
export async function tellDevice(
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

/** Tells that a device was created or deleted; a deleted one is told as it was. */
export async function tellExistence(
  transaction: Transaction,
  { tenant }: Actor,
  before: Entity | undefined,
  after: Entity | undefined,
): Promise<void> {
  if (!before && after) await tellDevice(transaction, tenant, 'device.registered', after);
  if (before && !after) await tellDevice(transaction, tenant, 'device.deleted', before);
}
