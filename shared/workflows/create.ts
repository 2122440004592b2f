import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { problemsOf, shownTables, tablesOf, together } from '../entity/grants.ts';
import { type ShownEntity, showOne } from '../entity/show.ts';
import { writeEntity } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import { checkTargets } from '../outbound/check.ts';
import { retryingRaces } from '../table/races.ts';
import type { WorkflowDraft } from './bodies.ts';
import { requireScopes, requireUsable } from './effects.ts';
import { workflows } from './kind.ts';

type Shown = ShownEntity<typeof workflows>;

/**
 * Creates a workflow, which is inactive.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
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

export const createWorkflows = defineCapability({
  tables: shownTables(workflows, together([tablesOf(workflows, 'create'), { main: ['BatchGetItem'] }])),
  settings: checkTargets.settings ?? [],
  raises: [...problemsOf(workflows, 'create'), 'SCOPE_MISSING', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  open: () => ({ create }),
});
