import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Export jobs, in the Main table. Their ids begin with the instant of their creation. */
export const exportKeys = {
  job: (tenant: TenantReference, id: string) => key(`${tenant}#export`, id),
  jobs: (tenant: TenantReference) => partition(`${tenant}#export`),
  /** A job that has not ended, in the lane of those that run one after the other. */
  inLane: (tenant: TenantReference, lane: string, id: string) => key(`${tenant}#export-lane#${lane}`, id),
  /** The last job that was created by a request for a file of a form; `name` identifies the request. */
  asked: (tenant: TenantReference, formId: string, name: string) => key(`${tenant}#export-asked#${formId}`, name),
  lane: (tenant: TenantReference, lane: string) => partition(`${tenant}#export-lane#${lane}`),
};
