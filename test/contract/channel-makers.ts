import { aWebhook } from './webhook-calls.ts';
import type { World } from './world.ts';

/** Making notification channels. */

export const mail = { name: 'Night shift', type: 'EMAIL', config: { to: ['ops@example.com'] } };

export async function aChannel(world: World, body: object = {}) {
  const made = await world.call('notification-channels/create', { body: { ...mail, ...body } });
  if (made.status !== 201) throw new Error(`No channel: ${JSON.stringify(made.body)}`);
  return { params: { id: made.body.id as string } };
}

/** A channel to a new webhook with these fields. */
export async function aHookChannel(world: World, more: object = {}) {
  const webhookId = (await aWebhook(world, more)).params.id;
  return { ...(await aChannel(world, { type: 'WEBHOOK', config: { webhookId } })), webhookId };
}
