import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { endedBy, writeEntity } from '../entity/write.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound, problem } from '../problems/problem.ts';
import { unchanged } from '../table/expressions.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { findToken, newestTokenOf, revokeToken } from './open-token.ts';
import type { TokenRow } from './token.ts';

const main = new Table('main');

/**
 * Revokes a token. Its device is deleted too if it is still `PENDING` and has no newer token.
 *
 * @throws NOT_FOUND, REGISTRATION_TOKEN_USED
 */
async function revoke(caller: Caller, id: string): Promise<void> {
  await retryingRaces(async () => {
    const token = await findToken(caller.tenant.reference, id);
    if (!token) throw notFound('registration token');
    if (token.revokedAt !== undefined) return;
    if (token.usedAt !== undefined) throw problem('REGISTRATION_TOKEN_USED', 'This token has already been exchanged.');
    await end(caller, token);
  });
}

async function end(caller: Caller, token: TokenRow): Promise<void> {
  const { reference } = caller.tenant;
  const also = (transaction: Transaction) => {
    revokeToken(transaction, reference, token);
    recordEvent(transaction, caller, {
      action: 'registration_token.revoke',
      resourceType: 'registration_token',
      resourceId: token.sk,
      changes: { revoked: [false, true] },
    });
  };
  const device = await findEntity(devices, reference, token.deviceId);
  const newest = await newestTokenOf(reference, token.deviceId);
  if (device?.values.status !== 'PENDING' || newest.id !== token.sk) {
    const transaction = new Transaction();
    also(transaction);
    return await transaction.commit();
  }
  await writeEntity(devices, caller, device, undefined, (transaction) => {
    also(transaction);
    const isNewest = unchanged({ tokenId: token.sk });
    transaction.delete(main, deviceKeys.token(reference, device.id), isNewest, lostRace);
  });
}

export const revokeTokens = defineCapability({
  tables: together([tablesOf(devices, 'delete'), { main: ['GetItem', 'UpdateItem', 'PutItem'] }]),
  raises: ['NOT_FOUND', 'REGISTRATION_TOKEN_USED'],
  handsTo: endedBy(devices),
  open: () => ({ revoke }),
});
