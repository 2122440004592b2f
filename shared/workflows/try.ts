import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import { recordEvent } from '../outbox/event.ts';
import { newId } from '../table/ids.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { eventOf } from './event-rows.ts';
import { cut, type ExecutionRow, type StepRow, showExecution, showSteps } from './execution.ts';
import type { ExecutionDetail } from './execution-wire.ts';
import { envelopeOf, type GivenEvent } from './given-event.ts';
import { workflows } from './kind.ts';
import { shownWorkspace } from './loaded.ts';
import { decide, inputOf } from './pure-steps.ts';
import { sampleOf } from './samples.ts';
import { begin } from './start.ts';
import type { Step } from './steps.ts';
import { RenderingTooLarge } from './template.ts';

/** Trying a workflow out: conditions and templates run, delays are skipped, and nothing has an effect. */

const main = new Table('main');
type Tried = Omit<StepRow, 'sk' | 'ttl'>;

/** @throws NOT_FOUND */
async function test(
  caller: Caller,
  workflowId: string,
  given: GivenEvent | undefined,
): Promise<z.input<typeof ExecutionDetail>> {
  const { values } = await requireEntity(workflows, caller.tenant, workflowId);
  const { steps, version_num: versionNum, trigger } = values;
  const sample = sampleOf(trigger.type);
  const id = newId(Date.now());
  const event = envelopeOf(caller, id, sample.type, given ?? { data: sample.data });
  const { tried, ended } = dryRun(steps, { event: eventOf(event), workspace: shownWorkspace(caller) });
  return await retryingRaces(async () => {
    const transaction = new Transaction();
    const beginning = { id, workflowId, versionNum, mode: 'test', event, steps: [] } as const;
    const begun = begin(transaction, caller.tenant, beginning, Date.now(), { ...ended, completedAt: Date.now() });
    for (const step of tried) {
      const at = steps.findIndex((one) => one.id === step.id);
      const key = workflowKeys.step(caller.tenant.reference, workflowId, id, at);
      transaction.put(main, key, { ...step, ttl: begun.ttl });
    }
    recordEvent(transaction, caller, {
      action: 'workflow.test',
      resourceType: 'workflow',
      resourceId: workflowId,
      changes: { execution_id: [null, id] },
    });
    await transaction.commit();
    const rows = tried.map((step): StepRow => ({ ...step, sk: '', ttl: begun.ttl }));
    return { ...showExecution(begun, 0), steps: showSteps(begun, steps, rows) };
  });
}

function dryRun(steps: readonly Step[], given: { readonly event: unknown; readonly workspace: unknown }) {
  const outputs = new Map<string, unknown>();
  const tried: Tried[] = [];
  const end = (status: 'succeeded' | 'stopped' | 'failed', error?: string) => ({
    tried,
    ended: { status, ...(error === undefined ? {} : { error }) } satisfies Partial<ExecutionRow>,
  });
  for (let at = 0; at < steps.length; ) {
    const step = steps[at]!;
    const { id, type } = step;
    const base = { id, type, status: 'succeeded', input: '{}', durationMs: 0, attempts: 1 } as const;
    at += 1;
    try {
      if (step.type === 'delay') tried.push({ ...base, status: 'skipped', input: cut(step.config), attempts: 0 });
      else if (step.type !== 'condition') tried.push({ ...base, input: cut(inputOf(step, { ...given, outputs })) });
      else {
        const result = decide(step, { ...given, outputs });
        outputs.set(id, { result });
        tried.push({ ...base, output: cut({ result }) });
        if (!result && step.on_false === 'stop') return end('stopped');
        if (!result) at = steps.findIndex((one) => one.id === step.on_false);
      }
    } catch (error) {
      if (!(error instanceof RenderingTooLarge)) throw error;
      tried.push({ ...base, status: 'failed', error: 'rendering_too_large' });
      if (step.on_error !== 'continue') return end('failed', `${id}: rendering_too_large`);
    }
  }
  return end('succeeded');
}

export const tryWorkflows = defineCapability({
  tables: { main: ['GetItem', 'PutItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ test }),
});
