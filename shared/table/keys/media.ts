import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, partition } from '../key.ts';

/** Files of submissions, in the Main table. A `slot` is a field in a form that sorts; see `shared/media/slots.ts`. */
export const mediaKeys = {
  /** The record of a file. */
  file: (tenant: TenantReference, id: string) => key(`${tenant}#media#${id}`, 'file'),
  /** The file that waits for a field of a submission. `owner` is the user for whose submissions alone it is, or empty. */
  waiting: (tenant: TenantReference, localUuid: string, owner: string, slot: string) =>
    key(`${tenant}#media-waiting#${hashed(localUuid)}`, `${owner}#${slot}`),
  allWaiting: (tenant: TenantReference, localUuid: string) => partition(`${tenant}#media-waiting#${hashed(localUuid)}`),
  /** The file of a field of a submission. */
  link: (tenant: TenantReference, submissionId: string, slot: string) =>
    key(`${tenant}#submission-media#${submissionId}`, slot),
  links: (tenant: TenantReference, submissionId: string) => partition(`${tenant}#submission-media#${submissionId}`),
};
