import { defineCapability } from '../capability/capability.ts';
import type { UnlinkMessage } from '../messages/unlink.ts';
import { PurgeMessage } from '../messages/webhooks.ts';
import { sendTo } from '../queue/sender.ts';
import { type Key, keyOf } from '../table/key.ts';
import { detailsOf, webhookKeys } from '../table/keys/webhooks.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { eachRow, emptied } from '../worker/each-row.ts';
import type { DeliveryRow } from './delivery.ts';
import { deliveryKey } from './record.ts';

/** Removing deliveries with all of their rows. */

const [main, access] = [new Table('main'), new Table('access')];

/** The time limit of one run; then another message continues. */
const workMilliseconds = 30_000;

/** Removes a delivery whose webhook is gone. */
export async function removeDelivery(tenant: TenantReference, row: DeliveryRow): Promise<void> {
  const between = detailsOf(row.sk);
  const details = await main.queryAll<Key>(webhookKeys.details(tenant, row.webhookId), { between });
  await Promise.all(details.map((detail) => main.delete(keyOf(detail))));
  await main.delete(webhookKeys.undelivered(tenant, row.sk));
  // Last, so that a retry after a crash finds the delivery.
  await main.delete(deliveryKey(tenant, row));
}

/**
 * Removes the deliveries of a deleted webhook, with their bodies and attempts, and its counters. Idempotent; another
 * message continues when the time is over.
 */
async function purge(message: UnlinkMessage): Promise<void> {
  const { tenant, id } = message;
  const until = Date.now() + workMilliseconds;
  const remove = async (delivery: Key): Promise<void> => {
    await main.delete(webhookKeys.undelivered(tenant, delivery.sk));
    await main.delete(keyOf(delivery));
  };
  const isDone =
    (await emptied(main, webhookKeys.details(tenant, id), until)) &&
    (await eachRow(main, webhookKeys.deliveries(tenant, id), remove, until)) &&
    (await emptied(access, webhookKeys.hours(tenant, id), until));
  if (!isDone) return await sendTo(PurgeMessage.order(message), id);
  await access.delete(webhookKeys.slots(tenant, id));
  await main.delete(webhookKeys.pace(tenant, id));
}

export const purgeDeliveries = defineCapability({
  tables: { main: ['Query', 'DeleteItem'], access: ['Query', 'DeleteItem'] },
  sendsTo: [PurgeMessage],
  open: () => ({ purge }),
});
