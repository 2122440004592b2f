import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, padded, partition } from '../key.ts';

/** Submissions, in the Main table. `position` begins with the instant of the collection; see `shared/submissions`. */
export const submissionKeys = {
  /** The guard of a `local_uuid`, which may be any text. It expires only if files wait and no submission comes. */
  guard: (tenant: TenantReference, localUuid: string) => key(`${tenant}#local-uuid#${hashed(localUuid)}`, 'guard'),
  /** The submission with the first part of its data. */
  body: (tenant: TenantReference, id: string) => key(`${tenant}#submission#${id}`, 'body'),
  /** A further part of its data. */
  part: (tenant: TenantReference, id: string, part: number) =>
    key(`${tenant}#submission#${id}`, `part#${padded(part)}`),
  /** Thin rows: of the whole workspace, of a form, and of the user who submitted. The first two are sharded. */
  all: (tenant: TenantReference, shard: number, position: string) => key(`${tenant}#submissions#${shard}`, position),
  allOf: (tenant: TenantReference, shard: number) => partition(`${tenant}#submissions#${shard}`),
  ofForm: (tenant: TenantReference, formId: string, shard: number, position: string) =>
    key(`${tenant}#form-submissions#${formId}#${shard}`, position),
  allOfForm: (tenant: TenantReference, formId: string, shard: number) =>
    partition(`${tenant}#form-submissions#${formId}#${shard}`),
  ofUser: (tenant: TenantReference, userId: string, position: string) =>
    key(`${tenant}#user-submissions#${userId}`, position),
  allOfUser: (tenant: TenantReference, userId: string) => partition(`${tenant}#user-submissions#${userId}`),
};
