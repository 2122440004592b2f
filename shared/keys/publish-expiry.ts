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
 * Tells webhooks and workflows of a key that expires, if the notification is about one. It has the id of the notification,
 * so a repetition is the same event.
 */
async function tell({ tenant, type, eventId, expiringKeyId }: NotifyMessage): Promise<void> {
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

export const tellOfKeys = defineCapability({
  tables: { access: ['GetItem'], main: ['GetItem', 'PutItem'] },
  open: () => ({ tell }),
});
