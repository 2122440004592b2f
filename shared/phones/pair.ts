import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { networkOf } from '../auth/address.ts';
import { consumeOneTimeToken, findTokenHolder, type TokenHolder } from '../auth/one-time-token.ts';
import type { PhoneRow } from '../auth/phone-record.ts';
import { scopesOf } from '../auth/scopes.ts';
import { signTokens } from '../auth/token-signer.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { newEntity } from '../entity/create.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { writeEntity } from '../entity/write.ts';
import type { HttpRequest } from '../http/request.ts';
import { countAgainst } from '../limits/limiter.ts';
import { problem } from '../problems/problem.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { phoneKeys } from '../table/keys/phones.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { tenantOf } from '../tenancy/workspace-record.ts';
import { pairingSerialOf } from './pairing-token.ts';
import type { PairRequest, PairResult } from './wire.ts';

/** Pairing a phone: exchanging the token of a QR code for a device token. */

type Visitor = Pick<HttpRequest, 'address' | 'id'>;

const access = new Table('access');

/** The same sentence for every reason, so that it reveals nothing about the token. */
const pairingTokenInvalid = () =>
  problem('PAIRING_TOKEN_INVALID', 'The pairing token is unknown, expired or was used already; ask for a new QR code.');

/**
 * Uses a token once, and makes the phone a device of the workspace. Everything is one transaction: only one exchange of
 * a token succeeds, and one that fails leaves the token as it was.
 *
 * @throws PAIRING_TOKEN_INVALID, QUOTA_EXCEEDED, RATE_LIMIT_EXCEEDED
 */
async function pair({ token, device_label }: z.output<typeof PairRequest>, visitor: Visitor): Promise<PairResult> {
  await countAgainst(platformReference, [{ policy: 'provision', subject: networkOf(visitor.address) }]);
  const device = newEntity(devices, { name: device_label, kind: 'mobile' }, newId(Date.now()));
  let deviceToken: string | undefined;
  return await retryingRaces(async () => {
    const host = await findHost(token);
    const { user, workspace } = host;
    // The token exists before the phone does: if signing fails, the QR code can be scanned again.
    deviceToken ??= await sign(host, device.id);
    const actor = {
      tenant: tenantOf(workspace),
      principal: `user_${user.id}`,
      address: visitor.address,
      requestId: visitor.id,
    };
    const paired = { ...device, values: { ...device.values, userId: user.id } };
    await writeEntity(devices, actor, undefined, paired, (transaction) => {
      consumeOneTimeToken(transaction, token, pairingTokenInvalid);
      putPhone(transaction, host, device.id);
    });
    return { device_token: deviceToken, user_id: user.id, user_email: user.email, device_id: device.id };
  });
}

/** @throws PAIRING_TOKEN_INVALID, also if the user may not pair phones any more */
async function findHost(token: string): Promise<TokenHolder> {
  const host = await findTokenHolder(token, 'pairing');
  if (!host || pairingSerialOf(host.user) !== host.serial) throw pairingTokenInvalid();
  if (!scopesOf(host.user.role).includes('mobile:pair')) throw pairingTokenInvalid();
  return host;
}

const sign = ({ user, workspace }: TokenHolder, deviceId: string): Promise<string> =>
  signTokens
    .open()
    .sign(
      { typ: 'dt+jwt' },
      { sub: user.id, tid: workspace.id, did: deviceId, iat: Math.floor(Date.now() / 1000), jti: randomUUID() },
    );

/** Adds the credential, on the condition that its user is unchanged since the read. */
function putPhone(transaction: Transaction, { workspace, user }: TokenHolder, deviceId: string): void {
  const { reference } = workspace;
  const { status, role, passwordSerial, phoneSerial } = user;
  const asRead = unchanged({ status, role, passwordSerial, phoneSerial });
  transaction.check(access, userKeys.user(reference, user.id), asRead, lostRace);
  const row: Omit<PhoneRow, 'sk'> = { userId: user.id, serial: phoneSerial ?? 0, pairedAt: Date.now() };
  transaction.put(access, phoneKeys.phone(reference, deviceId), { ...row }, absent);
  transaction.put(access, phoneKeys.ofUser(reference, user.id, deviceId), {});
}

export const pairPhones = defineCapability({
  tables: together([
    tablesOf(devices, 'create'),
    { main: ['GetItem'], access: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'] },
  ]),
  signs: true,
  settings: ['TOKEN_ISSUER'],
  raises: ['QUOTA_EXCEEDED'],
  open: () => ({ pair }),
});
