import type { Caller } from '../auth/caller.ts';
import { parseExactly } from '../json/exact.ts';
import { stepsOfExecution, workflowKeys } from '../table/keys/workflows.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { eventOf, readEvent } from './event-rows.ts';
import type { ExecutionRow, StepRow } from './execution.ts';
import type { Scope } from './path.ts';
import type { Held } from './progress.ts';
import type { Step } from './steps.ts';
import { findVersion } from './version-rows.ts';

/** An execution with all that its steps need. */
export interface Run {
  readonly held: Held;
  readonly caller: Caller;
  readonly steps: readonly Step[];
  readonly event: string;
  readonly scope: Omit<Scope, 'outputs'>;
  /** The outputs of the steps so far; each step adds to them. */
  readonly outputs: Map<string, unknown>;
}

const main = new Table('main');

export async function readSteps(tenant: TenantReference, { workflowId, sk }: Pick<ExecutionRow, 'workflowId' | 'sk'>) {
  return await main.queryAll<StepRow>(workflowKeys.details(tenant, workflowId), { between: stepsOfExecution(sk) });
}

/** What paths under `workspace` can read. */
export const shownWorkspace = ({ workspace }: Pick<Caller, 'workspace'>) => {
  const { id, name, slug, timezone = 'UTC' } = workspace;
  return { id, name, slug, timezone };
};

/** Undefined if the retention of a part is over. */
export async function load(held: Held, caller: Caller): Promise<Run | undefined> {
  const { tenant, row } = held;
  const [version, event, rows] = await Promise.all([
    findVersion(tenant.reference, row.workflowId, row.versionNum),
    readEvent(tenant.reference, row),
    readSteps(tenant.reference, row),
  ]);
  if (!version || event === undefined) return undefined;
  const done = rows.filter(({ output }) => output !== undefined);
  return {
    held,
    caller,
    steps: version.steps,
    event,
    scope: { event: eventOf(event), workspace: shownWorkspace(caller) },
    outputs: new Map(done.map(({ id, output }) => [id, parseExactly(output!)])),
  };
}
