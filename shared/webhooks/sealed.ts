import { sealSecrets } from '../secrets/secrets.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Auth } from './auth.ts';
import type { Webhook } from './kind.ts';
import type { HeldSecret } from './signature.ts';

/** What a webhook keeps sealed. */
export interface Kept {
  /** Newest first. */
  readonly secrets: readonly HeldSecret[];
  readonly auth: Auth | null;
}

const subjectOf = (id: string): string => `webhook/${id}`;

export const sealKept = (tenant: TenantReference, id: string, kept: Kept): Promise<string> =>
  sealSecrets.open().sealFor(tenant, subjectOf(id), kept);

export const openKept = (tenant: TenantReference, { id, values }: Pick<Webhook, 'id' | 'values'>): Promise<Kept> =>
  sealSecrets.open().openFor<Kept>(tenant, subjectOf(id), values.sealed);
