import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';
import { UnlinkMessage } from './unlink.ts';

const tenant = { tenant: z.string().transform(asTenantReference) };

/** Asks to find the webhooks that get a published event. `pk` and `sk` are the key of its outbox row. */
export const MatchMessage = defineMessage('webhooks/match', z.object({ ...tenant, pk: z.string(), sk: z.string() }));
export type MatchMessage = MessageOf<typeof MatchMessage>;

/** Asks for one attempt of a delivery. An attempt that was made already is not made again. */
export const AttemptMessage = defineMessage(
  'webhooks/attempt',
  z.object({
    ...tenant,
    webhookId: z.string(),
    deliveryId: z.string(),
    /** 1 for the first attempt. */
    attempt: z.int().min(1),
  }),
);
export type AttemptMessage = MessageOf<typeof AttemptMessage>;

/** The same for a webhook whose target may be slow. */
export const SlowAttemptMessage = defineMessage('webhooks/attempt-slow', AttemptMessage.schema);

const job = { ...tenant, webhookId: z.string(), after: z.string().optional() };

/**
 * Asks to go through the deliveries of a webhook; `after` is the delivery after which a job continues. `replay`: send
 * the deliveries of a span of ids again. `skip`: skip those that wait, since the webhook is inactive.
 */
export const GoThroughMessage = defineMessage(
  'webhooks/go-through',
  z.discriminatedUnion('job', [
    z.object({
      ...job,
      job: z.literal('replay'),
      /** Names the replay; a delivery takes part in it once. */
      replay: z.string(),
      of: z.enum(['undelivered', 'all']),
      from: z.string(),
      to: z.string(),
    }),
    z.object({ ...job, job: z.literal('skip') }),
  ]),
);
export type GoThroughMessage = MessageOf<typeof GoThroughMessage>;

/** Asks to remove the deliveries of a webhook that was deleted. */
export const PurgeMessage = defineMessage('webhooks/purge', UnlinkMessage.schema);
