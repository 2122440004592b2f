import { keyIdOf } from '../auth/api-key.ts';
import type { KeyRow } from '../auth/key-record.ts';
import { defineCapability } from '../capability/capability.ts';
import type { NotifyMessage } from '../messages/notify.ts';
import { publish } from '../outbox/publish.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { showKey } from './show.ts';

const [main, access] = [new Table('main'), new Table('access')];

/**
 * Publishes the event that a key expires, if the notification is about that. The event has the id of the notification,
 * so a redelivery publishes the same event again.
 */
async function publishExpiry({ tenant, type, eventId, expiringKeyId }: NotifyMessage): Promise<void> {
  if (type !== 'api_key.expiring' || expiringKeyId === undefined) return;
  const [workspace, row] = await Promise.all([
    main.get<WorkspaceRow>(workspaceKeys.workspace(tenant)),
    access.get<KeyRow>(apiKeyKeys.apiKey(tenant, keyIdOf(tenant, expiringKeyId))),
  ]);
  if (!workspace || !row || row.revokedAt !== undefined) return;
  const data = showKey(row, Date.now());
  await retryingRaces(async () => {
    const transaction = new Transaction();
    publish(transaction, tenantOf(workspace), { id: eventId, type, subject: row.id, data });
    await transaction.commit();
  });
}

export const publishKeyExpiry = defineCapability({
  tables: { access: ['GetItem'], main: ['GetItem', 'PutItem'] },
  open: () => ({ publishExpiry }),
});
