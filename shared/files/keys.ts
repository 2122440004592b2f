import { type FilePrefix, filePrefixes } from '../capability/capability.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/** Keys of files in the bucket. Each begins with its prefix, by which rights are granted, and with the tenant. */

const inPrefix = (prefix: FilePrefix, tenant: TenantReference, rest: string) => `${prefix}/${tenant}/${rest}`;

export const answerFiles = {
  /** An answer that is too large for API Gateway; the digest of its bytes names it. */
  copy: (tenant: TenantReference, digest: string) => inPrefix('answers', tenant, digest),
};

export const exportFiles = {
  /** The file of one attempt at an export. Links to it end as the API documents them. */
  archive: (tenant: TenantReference, attempt: string, name: string) =>
    inPrefix('exports', tenant, `${attempt}/exports/${name}`),
  /** The last bytes of a run, which are too few for a part; the next run continues with them. */
  remainder: (tenant: TenantReference, attempt: string, run: string) =>
    inPrefix('exports', tenant, `${attempt}/remainders/${run}`),
};

export const mediaFiles = {
  /** The target of a link to upload a file. Its content is unchecked. */
  upload: (tenant: TenantReference, id: string) => inPrefix('pending', tenant, `${id}/upload`),
  /**
   * A file that waits for its submission, or is about to be moved.
   *
   * @param copy which copy of an upload it is: each completion makes its own, and the record names one
   */
  pending: (tenant: TenantReference, id: string, copy = 'file') => inPrefix('pending', tenant, `${id}/${copy}`),
  /** A file of a submission. */
  linked: (tenant: TenantReference, id: string) => inPrefix('media', tenant, id),
};

/** The prefixes of the keys of all files of a tenant. */
export const prefixesOf = (tenant: TenantReference): readonly string[] =>
  filePrefixes.map((prefix) => inPrefix(prefix, tenant, ''));
