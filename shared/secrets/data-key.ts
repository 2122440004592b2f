import { kms, refuseOutage } from '../auth/kms.ts';
import { environment } from '../capability/environment.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { secretsKeys } from '../table/keys/secrets.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * The data key of a workspace. It is stored encrypted by KMS, with the workspace as the encryption context, so the row
 * of one workspace is of no use to another. A process decrypts it once.
 */

interface DataKeyRow {
  /** The encrypted key, as base64. */
  readonly wrapped: string;
}

const main = new Table('main');

/** The keys that this process has decrypted; the oldest is forgotten when there are too many. */
const known = new Map<TenantReference, Promise<string>>();
const mostKnown = 1000;

const request = (tenant: TenantReference) => ({
  KeyId: environment.requiredSetting('SECRETS_KEY'),
  EncryptionContext: { workspace: tenant },
});

async function unwrap(tenant: TenantReference, { wrapped }: DataKeyRow): Promise<string> {
  const asked = { ...request(tenant), CiphertextBlob: wrapped };
  const { Plaintext } = await kms.call<{ Plaintext: string }>('Decrypt', asked).catch(refuseOutage);
  return Plaintext;
}

async function read(tenant: TenantReference): Promise<string> {
  const row = await main.get<DataKeyRow>(secretsKeys.dataKey(tenant));
  if (!row) throw new Error(`The workspace ${tenant} has no data key, so nothing can be sealed with it`);
  return await unwrap(tenant, row);
}

async function readOrCreate(tenant: TenantReference): Promise<string> {
  const key = secretsKeys.dataKey(tenant);
  const row = await main.get<DataKeyRow>(key);
  if (row) return await unwrap(tenant, row);
  const asked = { ...request(tenant), KeySpec: 'AES_256' };
  const made = await kms
    .call<{ Plaintext: string; CiphertextBlob: string }>('GenerateDataKey', asked)
    .catch(refuseOutage);
  try {
    await main.put(key, { wrapped: made.CiphertextBlob }, absent);
    return made.Plaintext;
  } catch (error) {
    // Another writer was faster, or the response to our own write was lost.
    if (!isConditionFailed(error)) throw error;
    return await read(tenant);
  }
}

async function once(tenant: TenantReference, find: typeof read): Promise<string> {
  const found = known.get(tenant) ?? find(tenant);
  known.delete(tenant);
  known.set(tenant, found);
  if (known.size > mostKnown) known.delete(known.keys().next().value!);
  try {
    return await found;
  } catch (error) {
    known.delete(tenant);
    throw error;
  }
}

/** The data key of a workspace that has one, as base64. */
export const dataKeyOf = (tenant: TenantReference): Promise<string> => once(tenant, read);

/** The data key of a workspace, which gets one if it has none. */
export const dataKeyFor = (tenant: TenantReference): Promise<string> => once(tenant, readOrCreate);

/** For tests: what a new process does. */
export function forgetDataKeys(): void {
  known.clear();
}
