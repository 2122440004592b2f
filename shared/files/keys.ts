import type { FilePrefix } from '../capability/capability.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/** Keys of files in the bucket. Each begins with its prefix, by which rights are granted, and with the tenant. */

const inPrefix = (prefix: FilePrefix, tenant: TenantReference, rest: string) => `${prefix}/${tenant}/${rest}`;

export const exportFiles = {
  /** The file of one attempt at an export. Links to it end as the API documents them. */
  archive: (tenant: TenantReference, attempt: string, name: string) =>
    inPrefix('exports', tenant, `${attempt}/exports/${name}`),
  /** What a run leaves to the next one, since it is too short for a part. */
  remainder: (tenant: TenantReference, attempt: string, run: string) =>
    inPrefix('exports', tenant, `${attempt}/remainders/${run}`),
};

/** The beginnings of the keys of all files of a tenant. */
export const beginningsOf = (tenant: TenantReference): readonly string[] => [inPrefix('exports', tenant, '')];
