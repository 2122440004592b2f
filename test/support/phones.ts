import type { Caller } from '../../shared/auth/caller.ts';
import type { UserRow } from '../../shared/auth/user-record.ts';
import { pairPhones } from '../../shared/phones/pair.ts';
import { createPairingTokens } from '../../shared/phones/pairing-token.ts';
import type { PairResult } from '../../shared/phones/wire.ts';
import { userKeys } from '../../shared/table/keys/users.ts';
import { Table } from '../../shared/table/table.ts';
import { tenantOf } from '../../shared/tenancy/workspace-record.ts';
import type { Person } from './persons.ts';

/** Phones that are paired with people of `persons.ts`, directly in the tables. */

let number = 0;

/** A signed-in person as a caller, with the fields that pairing reads. */
async function callerOf({ id, workspace }: Person): Promise<Caller> {
  const row = await new Table('access').get<UserRow>(userKeys.user(workspace.reference, id));
  const user = { id, role: row!.role, sessionId: '', row: row! };
  const tenant = tenantOf(workspace);
  const principal = `user_${id}`;
  return {
    tenant,
    workspace,
    principal,
    user,
    key: undefined,
    scopes: new Set(),
    address: '127.0.0.1',
    requestId: 'r',
  };
}

export const newPairingToken = async (person: Person): Promise<string> =>
  (await createPairingTokens.open().create(await callerOf(person))).token;

export async function newPhone(person: Person, device_label = 'A phone'): Promise<PairResult> {
  number += 1;
  // Each from a network of its own, since pairing is limited for each.
  const address = `198.${18 + (number >> 16)}.${(number >> 8) % 256}.${number % 256}`;
  const token = await newPairingToken(person);
  return await pairPhones.open().pair({ token, device_label }, { id: 'req_TEST', address });
}
