import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';
import { UnlinkMessage } from './unlink.ts';

/** Asks to remove the versions, executions and timers of a deleted workflow. */
export const PurgeMessage = defineMessage('workflows/purge', UnlinkMessage.schema);
export type PurgeMessage = MessageOf<typeof PurgeMessage>;

/** Asks to start the workflows whose triggers match a published event. `pk` and `sk` are the key of its outbox row. */
export const MatchWorkflowsMessage = defineMessage(
  'workflows/match',
  z.object({ tenant: z.string().transform(asTenantReference), pk: z.string(), sk: z.string() }),
);
export type MatchWorkflowsMessage = MessageOf<typeof MatchWorkflowsMessage>;

/** A schedule is due, at a time in milliseconds since 1970, for this activation and version. */
export const ScheduledMessage = defineMessage(
  'workflows/fire-schedules',
  z.object({
    tenant: z.string().transform(asTenantReference),
    workflowId: z.string(),
    at: z.number(),
    activeSince: z.number(),
    versionNum: z.number(),
  }),
);
export type ScheduledMessage = MessageOf<typeof ScheduledMessage>;

const watching = { tenant: z.string().transform(asTenantReference) };

/**
 * For workflows that wait for devices to go offline. `look`: the timer of a device is due. `arm`: set the timers of all
 * devices that a workflow may concern; `after` is the last device that is done.
 */
export const WatchMessage = defineMessage(
  'workflows/watch-devices',
  z.discriminatedUnion('job', [
    z.object({ ...watching, job: z.literal('look'), deviceId: z.string() }),
    z.object({ ...watching, job: z.literal('arm'), workflowId: z.string(), after: z.string().optional() }),
  ]),
);
export type WatchMessage = MessageOf<typeof WatchMessage>;

/** Asks to continue an execution. `turn` counts how often it has paused; a message of another turn changes nothing. */
export const RunMessage = defineMessage(
  'workflows/run',
  z.object({
    tenant: z.string().transform(asTenantReference),
    workflowId: z.string(),
    executionId: z.string(),
    turn: z.int().min(0),
  }),
);
export type RunMessage = MessageOf<typeof RunMessage>;
