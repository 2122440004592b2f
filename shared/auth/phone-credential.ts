import { type Problem, problem } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { phoneKeys } from '../table/keys/phones.ts';
import { userKeys } from '../table/keys/users.ts';
import type { Row } from '../table/table.ts';
import { tenantReference } from '../tenancy/tenant.ts';
import type { Credential } from './credential.ts';
import { isGood, type PhoneRow } from './phone-record.ts';
import { scopesOfPhone } from './scopes.ts';
import type { DeviceClaims } from './tokens.ts';
import type { UserRow } from './user-record.ts';

/** Requests per hour of one phone, in every tier. */
export const phoneRateLimit = 1000;

const phoneRevoked = (): Problem =>
  problem('TOKEN_REVOKED', 'This phone is not paired any more; pair it again with a new QR code.');

const asPhone = (row: Row) => row as unknown as PhoneRow;

/**
 * A device token is good while three rows confirm it: that of the phone, which counts its requests; that of its user,
 * whose role it has and who may have been disabled; and that of the device, which anybody with the right may delete.
 */
export function phoneCredential({ tid, sub, did }: DeviceClaims): Credential {
  const tenant = tenantReference(tid);
  return {
    at: phoneKeys.phone(tenant, did),
    subject: did,
    living: {
      expression: '#user = :user AND attribute_not_exists(revokedAt)',
      names: { '#user': 'userId' },
      values: { ':user': sub },
    },
    limit: { expression: ':limit', values: { ':limit': phoneRateLimit } },
    trace: { expression: 'lastUsedAt = :now' },
    witnesses: { access: userKeys.user(tenant, sub), main: entityKeys.thin(tenant, 'device', did) },
    limitOf: () => phoneRateLimit,
    require(row, _now, { access, main: device }) {
      const user = access as UserRow | undefined;
      const isPaired = row && device && asPhone(row).userId === sub && isGood(asPhone(row), user);
      if (!isPaired) throw phoneRevoked();
      return row;
    },
    identify(row, { access }) {
      const user = access as unknown as UserRow;
      return {
        principal: `device_${did}`,
        user: undefined,
        key: undefined,
        phone: { deviceId: did, row: asPhone(row), user },
        scopes: new Set(scopesOfPhone(user.role)),
      };
    },
    refuseAddress: () => undefined,
  };
}
