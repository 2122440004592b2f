import type { Layout } from '../sheets/layout.ts';
import type { AskedSubmissions } from '../sheets/pages.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type Snapshot, wasStored } from './form-snapshot.ts';
import type { TakenExport } from './take.ts';

/** The form of a job, and the state in which it is exported. */
export interface FormToExport extends Snapshot {
  readonly tenant: Tenant;
  readonly job: TakenExport;
  readonly layout: Layout;
}

export const submissionsOf = ({ tenant, job, ...snapshot }: FormToExport): AskedSubmissions => ({
  tenant,
  formId: job.scopeId,
  from: job.from,
  to: job.to,
  isIncluded: wasStored(snapshot),
});
