import { layoutOf } from '../sheets/form.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { subjectGone } from './end.ts';
import { formParts } from './form-parts.ts';
import type { Snapshot } from './form-snapshot.ts';
import type { Outline } from './part.ts';
import { tablePart } from './table-parts.ts';
import type { TakenExport } from './take.ts';
import { isOfForm, type TableInclude } from './terms.ts';

/**
 * What is written for a job: the same in each of its runs.
 *
 * @throws SubjectGone
 */
export async function outlineOf(tenant: Tenant, job: TakenExport, snapshot: Snapshot | undefined): Promise<Outline> {
  const { includes, scopeId } = job;
  const [include] = includes;
  if (include === undefined || !isOfForm(include)) {
    const parts = includes.map((one) => tablePart(tenant, job, one as TableInclude));
    return { parts, isPlain: false, hasManifest: true };
  }
  if (!snapshot) throw subjectGone();
  const layout = await layoutOf(tenant.reference, scopeId, snapshot.form.num);
  const isPlain = include === 'SUBMISSIONS_GEOJSON' || include === 'SUBMISSIONS_GPX';
  return { parts: formParts({ tenant, job, layout, ...snapshot }, include), isPlain, hasManifest: false };
}
