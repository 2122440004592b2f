import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { newEntity } from '../entity/create.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { followersOf, settled, writeEntity } from '../entity/write.ts';
import type { SecretOnce } from '../http/once.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { newId } from '../table/ids.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { newestTokenOf, noToken, putToken } from './open-token.ts';
import { mintToken, type TokenRow } from './token.ts';
import type { TokenDraft } from './wire.ts';

/** Creating registration tokens, for a new device or for a device that needs another certificate. */

export interface MadeToken {
  readonly token: string;
  readonly row: TokenRow;
}

const main = new Table('main');
const millisecondsPerHour = 3_600_000;
/** How long a token is listed after it has expired. */
const keptDays = 90;

function make(caller: Caller, deviceId: string, deviceName: string, hours: number, given?: string): MadeToken {
  const now = Date.now();
  const id = given ?? newId(now);
  const { token, hash } = mintToken(caller.tenant.reference, id, deviceId);
  const expiresAt = now + hours * millisecondsPerHour;
  const ttl = Math.ceil(expiresAt / 1000) + keptDays * 86_400;
  const row = { sk: id, hash, deviceId, deviceName, createdBy: caller.principal, createdAt: now, expiresAt, ttl };
  return { token, row };
}

function record(transaction: Transaction, caller: Caller, { row }: MadeToken, once: SecretOnce): void {
  recordEvent(transaction, caller, {
    action: 'registration_token.create',
    resourceType: 'registration_token',
    resourceId: row.sk,
    changes: { deviceId: [null, row.deviceId], expiresAt: [null, new Date(row.expiresAt).toISOString()] },
  });
  once.recordSecret(transaction, row.sk);
}

/**
 * Creates a token, and a device for it if the draft names none.
 *
 * @throws NOT_FOUND for an unknown device, VALIDATION_ERROR for unknown references, QUOTA_EXCEEDED
 */
async function create(caller: Caller, draft: TokenDraft, once: SecretOnce, id?: string): Promise<MadeToken> {
  const { deviceId, expiresInHours } = draft;
  return await retryingRaces(() =>
    deviceId === undefined
      ? forNewDevice(caller, draft, once, id)
      : forDevice(caller, deviceId, expiresInHours, once, id),
  );
}

async function forNewDevice(caller: Caller, draft: TokenDraft, once: SecretOnce, id?: string): Promise<MadeToken> {
  const { deviceName: name = '', siteId, deviceProfileId, expiresInHours } = draft;
  const asked = newEntity(devices, { name, siteId, deviceProfileId, status: 'PENDING' });
  const device = { ...asked, values: await settled(devices, caller.tenant, undefined, asked.values, draft) };
  const made = make(caller, device.id, name, expiresInHours, id);
  await writeEntity(devices, caller, undefined, device, (transaction) => {
    putToken(transaction, caller.tenant.reference, made.row, noToken);
    record(transaction, caller, made, once);
  });
  return made;
}

async function forDevice(
  caller: Caller,
  id: string,
  hours: number,
  once: SecretOnce,
  tokenId?: string,
): Promise<MadeToken> {
  const { tenant } = caller;
  const device = await requireEntity(devices, tenant, id);
  const former = await newestTokenOf(tenant.reference, id);
  const made = make(caller, id, device.values.name, hours, tokenId);
  const transaction = new Transaction();
  const there = { expression: 'attribute_exists(pk)' };
  transaction.check(main, deviceTarget.key(tenant.reference, id), there, () => notFound('device'));
  putToken(transaction, tenant.reference, made.row, former);
  record(transaction, caller, made, once);
  await transaction.commit();
  return made;
}

export const createTokens = defineCapability({
  tables: together([tablesOf(devices, 'create'), { main: ['GetItem', 'UpdateItem', 'ConditionCheckItem'] }]),
  raises: ['VALIDATION_ERROR', 'QUOTA_EXCEEDED'],
  handsTo: followersOf(devices),
  open: () => ({ create }),
});
