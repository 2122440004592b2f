import type { Caller } from '../auth/caller.ts';
import { type ShownEntity, showOne } from '../entity/show.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import { sameJson } from '../json/equality.ts';
import { type Workflow, workflows } from './kind.ts';
import { putTimer } from './schedule.ts';

/**
 * Writes a workflow that changed. If trigger or steps change, there is a new version.
 *
 * @param renewed whether there is a new version even if its content is the same
 */
export async function writeVersion(
  caller: Caller,
  before: Workflow,
  given: Workflow['values'],
  once: Recording,
  renewed = false,
): Promise<ShownEntity<typeof workflows>> {
  const { trigger, steps } = before.values;
  const isNew = renewed || !sameJson([given.trigger, given.steps], [trigger, steps]);
  // A silence that was long enough before the trigger was set does not start the workflow.
  const watches = given.is_active && given.trigger.type === 'device_offline' && trigger.type !== 'device_offline';
  const since = watches ? { active_since: Date.now() } : {};
  const values = isNew ? { ...given, ...since, version_num: before.values.version_num + 1 } : given;
  if (sameJson(values, before.values)) return await showOne(workflows, caller.tenant, before);
  const after = nextVersion(before, values);
  const shown = await showOne(workflows, caller.tenant, after);
  await writeEntity(workflows, caller, before, after, (transaction) => {
    if (isNew) putTimer(transaction, caller.workspace, after);
    once.record(transaction, { status: 200, body: shown });
  });
  return shown;
}
