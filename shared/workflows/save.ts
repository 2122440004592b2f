import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { merged } from '../entity/fields.ts';
import { problemsOf, shownTables, tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { type ShownEntity, showOne } from '../entity/show.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { type Recording, unrecorded } from '../http/once.ts';
import { sameJson } from '../json/equality.ts';
import { ScheduledMessage } from '../messages/workflows.ts';
import { checkTargets } from '../outbound/check.ts';
import { notFound } from '../problems/problem.ts';
import { retryingRaces } from '../table/races.ts';
import type { WorkflowDraft, WorkflowPatch } from './bodies.ts';
import { requireScopes, requireUsable } from './effects.ts';
import { type Workflow, workflows } from './kind.ts';
import { putTimer } from './schedule.ts';
import { findVersion } from './version-rows.ts';

type Shown = ShownEntity<typeof workflows>;
type Values = Workflow['values'];

/**
 * Creates a workflow, which is inactive.
 *
 * @param ownHost the host under which the caller reached this platform; it is no target
 * @throws SCOPE_MISSING, URL_FORBIDDEN, QUOTA_EXCEEDED, VALIDATION_ERROR
 */
async function create(caller: Caller, given: WorkflowDraft, ownHost: string, once: Recording): Promise<Shown> {
  requireScopes(caller, given.steps);
  await requireUsable(caller.tenant.reference, given.steps, ownHost);
  const made = newEntity(workflows, given);
  const shown = await showOne(workflows, caller.tenant, { ...made, links: [] });
  await retryingRaces(() =>
    writeEntity(workflows, caller, undefined, made, (transaction) =>
      once.record(transaction, { status: 201, body: shown }),
    ),
  );
  return shown;
}

/**
 * Merges the given fields into a workflow. If trigger or steps change, there is a new version.
 *
 * @param ownHost the host under which the caller reached this platform; it is no target
 * @throws NOT_FOUND, PRECONDITION_FAILED, SCOPE_MISSING, URL_FORBIDDEN, VALIDATION_ERROR
 */
async function patch(
  caller: Caller,
  id: string,
  given: WorkflowPatch,
  ownHost: string,
  ifMatch: VersionMatch | undefined,
): Promise<Shown> {
  return await retryingRaces(async () => {
    const before = await requireEntity(workflows, caller.tenant, id);
    requireVersion(ifMatch, before.version);
    const values = merged(workflows.fields, before.values, given);
    // Whoever sends back what was read saves no step.
    if (!sameJson(values.steps, before.values.steps)) {
      requireScopes(caller, values.steps);
      await requireUsable(caller.tenant.reference, values.steps, ownHost);
    }
    return await write(caller, before, values, unrecorded);
  });
}

/**
 * Makes the content of an earlier version the newest one.
 *
 * @throws NOT_FOUND, SCOPE_MISSING
 */
async function restore(caller: Caller, id: string, versionNum: string, once: Recording): Promise<Shown> {
  return await retryingRaces(async () => {
    const before = await requireEntity(workflows, caller.tenant, id);
    const number = /^[1-9]\d{0,5}$/.test(versionNum) ? Number(versionNum) : 0;
    const version = number > 0 ? await findVersion(caller.tenant.reference, id, number) : undefined;
    if (!version) throw notFound('workflow version');
    const { trigger, steps } = version;
    requireScopes(caller, steps);
    return await write(caller, before, { ...before.values, trigger, steps: [...steps] }, once, true);
  });
}

/** @param renewed whether there is a new version even if its content is the same */
async function write(caller: Caller, before: Workflow, given: Values, once: Recording, renewed = false) {
  const { trigger, steps } = before.values;
  const isNew = renewed || !sameJson([given.trigger, given.steps], [trigger, steps]);
  const values = isNew ? { ...given, version_num: before.values.version_num + 1 } : given;
  if (sameJson(values, before.values)) return await showOne(workflows, caller.tenant, before);
  const after = nextVersion(before, values);
  const shown = await showOne(workflows, caller.tenant, after);
  await writeEntity(workflows, caller, before, after, (transaction) => {
    if (isNew) putTimer(transaction, caller.workspace, after);
    once.record(transaction, { status: 200, body: shown });
  });
  return shown;
}

const tablesToSave = (write: 'create' | 'change') =>
  shownTables(workflows, together([tablesOf(workflows, write), { main: ['BatchGetItem'] }]));

export const createWorkflows = defineCapability({
  tables: tablesToSave('create'),
  settings: checkTargets.settings ?? [],
  raises: [...problemsOf(workflows, 'create'), 'SCOPE_MISSING', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  open: () => ({ create }),
});

export const patchWorkflows = defineCapability({
  tables: tablesToSave('change'),
  settings: checkTargets.settings ?? [],
  raises: [...problemsOf(workflows, 'change'), 'SCOPE_MISSING', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  defersTo: [ScheduledMessage],
  open: () => ({ patch }),
});

export const restoreWorkflows = defineCapability({
  tables: shownTables(workflows, tablesOf(workflows, 'change')),
  raises: ['NOT_FOUND', 'SCOPE_MISSING'],
  defersTo: [ScheduledMessage],
  open: () => ({ restore }),
});
