import type { Tenant } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import { type ItemRow, keptMilliseconds } from './item.ts';

/**
 * An item as answers and events show it. Its schema is elsewhere: the workers that refuse messages have no use for it.
 */
export const showItem = (tenant: Tenant, row: ItemRow) => ({
  id: row.sk,
  tenantId: tenant.id,
  deviceId: row.deviceId,
  topic: row.topic,
  cause: row.cause,
  message: row.message,
  component: row.component ?? null,
  key: row.key ?? null,
  status: row.status,
  receivedAt: printInstant(row.receivedAt),
  expiresAt: printInstant(row.receivedAt + keptMilliseconds),
});
