import { setAll, unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { statusOf, type TokenRow } from './token.ts';

/** A device has at most one open token. A row beside the device names its newest token. */

const main = new Table('main');

export const findToken = (tenant: TenantReference, id: string): Promise<TokenRow | undefined> =>
  main.get<TokenRow>(certificateKeys.registration(tenant, id));

/** The newest token of a device, whatever its status. */
export interface NewestToken {
  /** Undefined if there never was one. */
  readonly id: string | undefined;
  /** Undefined if its row has been deleted, long after it expired. */
  readonly row: TokenRow | undefined;
}

export async function newestTokenOf(tenant: TenantReference, deviceId: string): Promise<NewestToken> {
  const pointer = await main.get<{ tokenId: string }>(deviceKeys.token(tenant, deviceId));
  return { id: pointer?.tokenId, row: pointer && (await findToken(tenant, pointer.tokenId)) };
}

export const noToken: NewestToken = { id: undefined, row: undefined };

/** Puts a token as the newest of its device in a transaction, and revokes `former` if that is still open. */
export function putToken(
  transaction: Transaction,
  tenant: TenantReference,
  { sk, ...row }: TokenRow,
  former: NewestToken,
): void {
  transaction.put(main, certificateKeys.registration(tenant, sk), row);
  const asRead = unchanged({ tokenId: former.id });
  transaction.put(main, deviceKeys.token(tenant, row.deviceId), { tokenId: sk }, asRead, lostRace);
  if (former.row && statusOf(former.row) === 'PENDING') revokeToken(transaction, tenant, former.row);
}

/** Revokes an open token in a transaction: from then on it cannot be exchanged. */
export function revokeToken(transaction: Transaction, tenant: TenantReference, { sk }: TokenRow): void {
  const unused = unchanged({ usedAt: undefined, revokedAt: undefined });
  transaction.update(
    main,
    certificateKeys.registration(tenant, sk),
    setAll({ revokedAt: Date.now() }),
    unused,
    lostRace,
  );
}
