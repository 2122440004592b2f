import { seal, unseal } from '../auth/sealed.ts';
import { defineCapability } from '../capability/capability.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { dataKeyFor, dataKeyOf } from './data-key.ts';

/**
 * Secrets that are used again, such as those that sign calls of webhooks. They are stored encrypted (AES-256-GCM) with
 * the data key of their workspace, for one subject: what was sealed for one cannot be opened for another.
 */

const keyFor = (dataKey: string, subject: string) => `${dataKey}\n${subject}`;

/** @param subject names the object that the secrets belong to, such as `webhook/<id>` */
async function sealFor(tenant: TenantReference, subject: string, value: object): Promise<string> {
  const dataKey = await dataKeyFor(tenant);
  return Buffer.from(seal(Buffer.from(JSON.stringify(value)), keyFor(dataKey, subject))).toString('base64');
}

/** @throws if the text was not sealed for this subject of this workspace */
async function openFor<T>(tenant: TenantReference, subject: string, sealed: string): Promise<T> {
  const dataKey = await dataKeyOf(tenant);
  const opened = unseal(Buffer.from(sealed, 'base64'), keyFor(dataKey, subject));
  if (!opened) throw new Error(`What is sealed for ${subject} cannot be opened`);
  return JSON.parse(opened.toString('utf8')) as T;
}

export const openSecrets = defineCapability({
  tables: { main: ['GetItem'] },
  secrets: 'open',
  open: () => ({ openFor }),
});

export const sealSecrets = defineCapability({
  tables: { main: ['GetItem', 'PutItem'] },
  secrets: 'seal',
  open: () => ({ sealFor, openFor }),
});
