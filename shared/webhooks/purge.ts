import { defineCapability } from '../capability/capability.ts';
import type { UnlinkMessage } from '../messages/unlink.ts';
import { PurgeMessage } from '../messages/webhooks.ts';
import { sendTo } from '../queue/sender.ts';
import { keyOf, type Partition } from '../table/key.ts';
import { detailsOf, webhookKeys } from '../table/keys/webhooks.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import type { DeliveryRow } from './delivery.ts';
import { deliveryKey } from './record.ts';

/** Removing deliveries with everything that there is of them. */

const [main, access] = [new Table('main'), new Table('access')];

type Keys = { readonly pk: string; readonly sk: string };

const pageSize = 500;
/** A message works for this long; then another one goes on. */
const workMilliseconds = 30_000;

/** Removes a delivery whose webhook is gone. */
export async function removeDelivery(tenant: TenantReference, row: DeliveryRow): Promise<void> {
  const between = detailsOf(row.sk);
  const details = await main.queryAll<Keys>(webhookKeys.details(tenant, row.webhookId), { between });
  await Promise.all(details.map((detail) => main.delete(keyOf(detail))));
  await main.delete(webhookKeys.undelivered(tenant, row.sk));
  // Last, so that a worker that dies before finds the delivery again.
  await main.delete(deliveryKey(tenant, row));
}

/**
 * Removes the deliveries of a deleted webhook, what was sent, what came of it, and its counters. May be repeated, and goes
 * on in another message when the time is over.
 */
async function purge(message: UnlinkMessage): Promise<void> {
  const { tenant, id } = message;
  const until = Date.now() + workMilliseconds;
  const isDone =
    (await removeAll(main, webhookKeys.details(tenant, id), until)) &&
    (await removeAll(main, webhookKeys.deliveries(tenant, id), until, ({ sk }) =>
      main.delete(webhookKeys.undelivered(tenant, sk)),
    )) &&
    (await removeAll(access, webhookKeys.hours(tenant, id), until));
  if (!isDone) return await sendTo(PurgeMessage.order(message), id);
  await access.delete(webhookKeys.slots(tenant, id));
}

/** @returns whether all rows are gone */
async function removeAll(
  table: Table,
  of: Partition,
  until: number,
  before: (row: Keys) => Promise<void> = async () => undefined,
): Promise<boolean> {
  for (;;) {
    const page = await table.query<Keys>(of, { pageSize });
    const left = await sideBySide(
      page.rows,
      async (row) => {
        await before(row);
        await table.delete(keyOf(row));
      },
      until,
    );
    if (left > 0) return false;
    if (page.next === undefined) return true;
  }
}

export const purgeDeliveries = defineCapability({
  tables: { main: ['Query', 'DeleteItem'], access: ['Query', 'DeleteItem'] },
  sendsTo: [PurgeMessage],
  open: () => ({ purge }),
});
