import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { ownerFor } from '../auth/own.ts';
import { isGood, type PhoneRow } from '../auth/phone-record.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { readDevice, type StoredDevice } from '../devices/stored.ts';
import { unchanged } from '../table/expressions.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { phoneKeys } from '../table/keys/phones.ts';
import { userKeys } from '../table/keys/users.ts';
import { type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { PairedDevice } from './wire.ts';

/** Paired phones, which are credentials and devices in one. */

const [main, access] = [new Table('main'), new Table('access')];

export interface Phone {
  readonly row: PhoneRow;
  readonly user: UserRow;
  readonly device: StoredDevice;
}

/** Rows of all phones that nobody has revoked. */
const allRows = (tenant: TenantReference): Promise<PhoneRow[]> =>
  access.queryAll<PhoneRow>(phoneKeys.phones(tenant), {
    filter: unchanged({ revokedAt: undefined }),
    descending: true,
  });

/** The same for one user; no row of another user's phone is read. */
export async function rowsOf(tenant: TenantReference, userId: string): Promise<PhoneRow[]> {
  const named = await access.queryAll<{ sk: string }>(phoneKeys.allOfUser(tenant, userId), { descending: true });
  const rows = await access.getMany<PhoneRow>(named.map(({ sk }) => phoneKeys.phone(tenant, sk)));
  return rows.filter((row) => row !== undefined && row.revokedAt === undefined) as PhoneRow[];
}

/** The phones of these rows whose tokens are still valid, with their users and devices. */
export async function phonesAt(tenant: TenantReference, rows: readonly PhoneRow[]): Promise<Phone[]> {
  const owners = [...new Set(rows.map(({ userId }) => userId))];
  const [users, bodies] = await Promise.all([
    access.getMany<UserRow>(owners.map((id) => userKeys.user(tenant, id))),
    main.getMany<Row>(rows.map(({ sk }) => entityKeys.body(tenant, devices.name, sk))),
  ]);
  const byId = new Map(owners.map((id, i) => [id, users[i]]));
  return rows.flatMap((row, i) => {
    const [user, body] = [byId.get(row.userId), bodies[i]];
    return body && isGood(row, user) ? [{ row, user, device: readDevice(body) }] : [];
  });
}

const show = ({ row, user, device }: Phone): z.input<typeof PairedDevice> => ({
  id: row.sk,
  device_label: device.values.name,
  user_id: user.id,
  user_email: user.email,
  paired_at: printInstant(row.pairedAt),
  last_seen_at: printInstantOrNull(row.lastUsedAt),
});

/** All phones that the caller sees, the last paired first. */
async function list(caller: Caller): Promise<z.input<typeof PairedDevice>[]> {
  const { reference } = caller.tenant;
  const owner = ownerFor(caller, 'mobile_devices:read');
  const rows = await (owner === undefined ? allRows(reference) : rowsOf(reference, owner));
  return (await phonesAt(reference, rows)).map(show);
}

export const listPhones = defineCapability({
  tables: { access: ['Query', 'BatchGetItem'], main: ['BatchGetItem'] },
  open: () => ({ list }),
});
