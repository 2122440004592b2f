import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, padded, partition } from '../key.ts';

/** Rows of a repeat in their order: `members[000002].photo`. */
const sorted = (fieldId: string): string => fieldId.replace(/\[(\d+)\]/, (_, row) => `[${padded(Number(row))}]`);

/** Files of submissions, in the Main table. */
export const mediaKeys = {
  /** The record of a file. */
  file: (tenant: TenantReference, id: string) => key(`${tenant}#media#${id}`, 'file'),
  /**
   * The file that waits for a field of a submission. `owner` is the user to whose submissions it is limited, or empty.
   */
  waiting: (tenant: TenantReference, localUuid: string, owner: string, fieldId: string) =>
    key(`${tenant}#media-waiting#${hashed(localUuid)}`, `${owner}#${sorted(fieldId)}`),
  allWaiting: (tenant: TenantReference, localUuid: string) => partition(`${tenant}#media-waiting#${hashed(localUuid)}`),
  /** The file of a field of a submission. */
  link: (tenant: TenantReference, submissionId: string, fieldId: string) =>
    key(`${tenant}#submission-media#${submissionId}`, sorted(fieldId)),
  links: (tenant: TenantReference, submissionId: string) => partition(`${tenant}#submission-media#${submissionId}`),
};
