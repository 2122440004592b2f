import { expect } from 'vitest';
import * as runner from '../../functions/workflows/run.ts';
import { workerUses } from '../../shared/http/uses.ts';
import type { ExecutionRow } from '../../shared/workflows/execution.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { actingAs } from '../support/grants.ts';
import { aWorkflow } from './workflow-makers.ts';
import type { World } from './world.ts';

/** Running workflows in the platform in memory, message by message. */

export interface Started {
  readonly id: string;
  readonly execution_id: string;
}

export function runsOf(world: () => World) {
  async function begun(steps: readonly object[], data: object = { x: 5 }): Promise<Started> {
    const { params } = await aWorkflow(world(), { steps });
    const { body, status } = await world().call('workflows/execute', { params, body: { event: { data } } });
    expect(status).toBe(202);
    return { ...params, execution_id: body.id };
  }

  async function started(steps: readonly object[], data?: object): Promise<Started> {
    const one = await begun(steps, data);
    await relayEvents();
    return one;
  }

  const rowOf = ({ execution_id }: Started) =>
    platform.database.rows('main').find(({ pk, sk }) => sk === execution_id && String(pk).includes('#execution#')) as
      | (ExecutionRow & { pk: string })
      | undefined;

  /** Delivers the message of the present turn, as the queue does; true if the worker took it. */
  async function deliver(one: Started, turn = rowOf(one)?.turn ?? 0): Promise<boolean> {
    const message = { tenant: world().workspace.reference, workflowId: one.id, executionId: one.execution_id, turn };
    const record = { messageId: 'm', body: JSON.stringify(message), attributes: {}, eventSourceARN: 'a:b:c:d:e:f' };
    const event = { Records: [record] } as never;
    const { batchItemFailures } = await actingAs('workflows/run', workerUses(runner.worker), () =>
      runner.handler(event, {} as never),
    );
    return batchItemFailures.length === 0;
  }

  async function shown(params: Started) {
    const { body } = await world().call('workflows/get-execution', { params: { ...params } });
    return body;
  }
  const outcomeOf = async (params: Started) => {
    const { status, error, steps } = await shown(params);
    return [status, error, ...(steps ?? []).map((step: { id: string; status: string }) => `${step.id} ${step.status}`)];
  };
  return { begun, started, rowOf, deliver, shown, outcomeOf };
}
