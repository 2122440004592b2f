import { randomUUID } from 'node:crypto';
import type { World } from './world.ts';

/** Making workflows and what belongs to them. */

export const step = { id: 's1', type: 'email', config: { to: ['ops@example.com'], subject: 'S', text: 'T' } };
export const draft = { name: 'W', trigger: { type: 'manual' }, steps: [step] };

export async function aWorkflow(world: World, body: object = {}) {
  const made = await world.call('workflows/create', { body: { ...draft, ...body } });
  if (made.status !== 201) throw new Error(`No workflow: ${JSON.stringify(made.body)}`);
  return { params: { id: made.body.id as string } };
}

/** Makes a new version of a workflow. */
export async function aVersion(world: World, id: string) {
  const steps = [{ ...step, id: `s${randomUUID().slice(0, 8)}` }];
  const changed = await world.call('workflows/patch', { params: { id }, body: { steps } });
  if (changed.status !== 200) throw new Error(`No version: ${JSON.stringify(changed.body)}`);
}

/** Tries a workflow out; returns the id of the execution. */
export async function anExecution(world: World, id: string): Promise<string> {
  const tried = await world.call('workflows/test', { params: { id }, body: {} });
  if (tried.status !== 200) throw new Error(`No execution: ${JSON.stringify(tried.body)}`);
  return tried.body.id;
}

/** Lets an execution fail: its command has no device. */
export async function aFailure(world: World) {
  const steps = [{ id: 's1', type: 'command', config: { command_type: 'REBOOT' } }];
  const { params } = await aWorkflow(world, { steps });
  const { body } = await world.call('workflows/execute', { params, body: { event: { data: {} } } });
  // Its import replaces AWS in this process, which tests on a stack do not want.
  const { relayEvents } = await import('../platform/stream.ts');
  await relayEvents();
  return { ...params, execution_id: body.id as string };
}
