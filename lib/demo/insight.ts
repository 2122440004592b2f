import { annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { annotations } from '../../shared/analytics/annotations.ts';
import type { ClassField } from '../../shared/analytics/class-fields.ts';
import { referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { newEntity } from '../../shared/entity/create.ts';
import { writeEntity } from '../../shared/entity/write.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { components } from '../../shared/topology/components.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { demoIds } from './ids.ts';

/**
 * Creates an annotation of the demo's device, a class that no annotation uses, so that it can be deleted, and a pair of
 * components.
 */
export async function seedInsight(workspace: WorkspaceRow): Promise<void> {
  const caller = systemCaller(workspace);
  const { device: deviceId, comparedComponents } = demoIds;
  const fields: ClassField[] = [
    { key: 'reason', type: 'enum', required: false, options: ['planned', 'fault'] },
    { key: 'minutes', type: 'number', required: false, options: null },
  ];
  const unused = newEntity(annotationClasses, { name: 'Maintenance', fields }, demoIds.annotationClass);
  const used = newEntity(annotationClasses, { name: 'Door open' });
  for (const one of [unused, used]) await writeEntity(annotationClasses, caller, undefined, one);
  const from = '2026-03-17T09:00:00Z';
  const about = { classId: used.id, scopeType: 'DEVICE', scopeId: deviceId, createdBy: caller.principal } as const;
  const annotation = newEntity(annotations, { ...about, from, to: '2026-03-17T09:40:00Z' }, demoIds.annotation);
  await writeEntity(annotations, caller, undefined, annotation);
  for (const [i, id] of comparedComponents.entries()) {
    const component = newEntity(components, { deviceId, name: `pump-${i + 1}` }, id);
    await writeEntity(components, caller, undefined, component);
  }
  const [primaryComponentId, referenceComponentId] = comparedComponents;
  const compared = { name: 'Old and new pump', primaryComponentId, referenceComponentId, from };
  await writeEntity(referencePairs, caller, undefined, newEntity(referencePairs, compared, demoIds.referencePair));
}
