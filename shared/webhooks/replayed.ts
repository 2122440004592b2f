import { kept } from '../table/expressions.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { optional, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/** Which deliveries a replay sends again: those that were not delivered, or all. */
export type Replayed = 'undelivered' | 'all';

const main = new Table('main');

/**
 * The next deliveries that a replay may send again, oldest first, from the list of those that were not delivered, or from
 * all of the webhook.
 *
 * @param most the most rows to examine
 */
export async function pageOfReplay(
  tenant: TenantReference,
  webhookId: string,
  of: Replayed,
  between: readonly [first: string, last: string],
  after: string | undefined,
  most: number,
): Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }> {
  const [partition, filter] =
    of === 'all'
      ? [webhookKeys.deliveries(tenant, webhookId), kept()]
      : [webhookKeys.allUndelivered(tenant), kept({ webhookId })];
  const options = { filter, between, pageSize: most, ...optional('after', after) };
  const page = await main.query<{ sk: string }>(partition, options);
  return { ids: page.rows.map(({ sk }) => sk), next: page.next };
}
