import * as z from 'zod';
import { severities } from '../events/device-event.ts';
import { Headers, TargetUrl } from '../webhooks/target-fields.ts';
import { OwnCommandType } from '../wire/command-type.ts';
import { givenId } from '../wire/id.ts';
import { type Shape, whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { Tag, tagRule } from '../wire/tags.ts';
import { stepIdForm } from './path.ts';
import { Addresses, Condition, idOrTemplate, type Refused, refuse, templated, templatedObject } from './step-fields.ts';
import { brokenTemplates, hasTemplate } from './template.ts';
import { titled } from './titled.ts';

/** The steps of a workflow as bodies give them. They are stored and shown as they were sent, without defaults. */

const stepId = () => z.string().regex(stepIdForm, 'Should be 1 to 32 small letters, digits or _');

const common = {
  on_error: z.enum(['stop', 'continue']).optional(),
  retry: strictObject(
    whenMade({
      attempts: z.int().min(1).max(5).optional(),
      backoff_seconds: z.int().min(1).max(300).optional(),
    }),
  )
    .meta({ id: 'StepRetry' })
    .optional(),
};

/** Generated clients call a branch by its title: `UpdateGeofenceStep`. */
const step = <T extends string, S extends Shape>(type: T, shape: S) =>
  strictObject({ id: stepId(), type: z.literal(type), ...whenMade(shape), ...whenMade(common) }).meta({
    title: `${titled(type)}Step`,
  });

const ConditionStep = step('condition', { if: Condition, on_false: z.string().regex(stepIdForm) });

const DelayStep = step('delay', { config: strictObject(whenMade({ seconds: z.int().min(1).max(2_592_000) })) });

const urlFields = ['url', 'method', 'headers', 'body'] as const;

const WebhookConfig = strictObject(
  whenMade({
    webhook_id: givenId().meta({ format: 'uuid' }).optional(),
    url: TargetUrl.optional(),
    method: z.enum(['POST', 'PUT']).optional(),
    headers: Headers.superRefine((value, context) => refuse(context, brokenTemplates(value))).optional(),
    body: templatedObject(64 * 1024).optional(),
  }),
).superRefine((config, context) => {
  if (config.webhook_id === undefined) {
    const message = 'Field required unless "webhook_id" is given';
    if (config.url === undefined) refuse(context, [{ at: ['url'], message }], 'missing');
    return;
  }
  const beside = urlFields.filter((name) => config[name] !== undefined);
  const message = 'Should not be given beside "webhook_id"';
  refuse(
    context,
    beside.map((name) => ({ at: [name], message })),
    'conflict',
  );
});

const WebhookStep = step('webhook', { config: WebhookConfig });

const EmailStep = step('email', {
  config: strictObject(whenMade({ to: Addresses, subject: templated(255, 1), text: templated(20_000, 1) })),
});

const NotificationStep = step('notification', {
  config: strictObject(
    whenMade({
      channel_ids: z
        .array(givenId().meta({ format: 'uuid' }))
        .min(1)
        .max(10),
      subject: templated(255, 1),
      text: templated(20_000, 1),
    }),
  ),
});

const CommandStep = step('command', {
  config: strictObject(
    whenMade({
      device_id: idOrTemplate().optional(),
      command_type: OwnCommandType,
      payload: templatedObject(64 * 1024).optional(),
    }),
  ),
});

/** A tag, or a text with templates that is checked as a tag when they are filled in. */
const TagOrTemplate = templated(255, 1).refine((text) => hasTemplate(text) || Tag.safeParse(text).success, {
  message: `Should be ${tagRule}, or hold a template`,
  params: { type: 'pattern' },
});

const GeofenceStep = step('update_geofence', {
  config: strictObject(
    whenMade({
      geofence_id: idOrTemplate().optional(),
      set: strictObject(
        whenMade({
          status: z.enum(['active', 'inactive']).optional(),
          tags: z.array(TagOrTemplate).max(20).optional(),
          metadata: templatedObject(16 * 1024).optional(),
        }),
      ).refine((set) => Object.values(set).some((value) => value !== undefined), {
        message: 'Should have a field to set',
        params: { type: 'missing' },
      }),
    }),
  ),
});

const EventStep = step('create_event', {
  config: strictObject(
    whenMade({
      event_type: z.string().regex(/^[a-z][a-z0-9_.]{0,63}$/),
      severity: z.enum(severities).optional(),
      data: templatedObject(64 * 1024).optional(),
    }),
  ),
});

const Step = z
  .discriminatedUnion('type', [
    ConditionStep,
    DelayStep,
    WebhookStep,
    EmailStep,
    NotificationStep,
    CommandStep,
    GeofenceStep,
    EventStep,
  ])
  .meta({ id: 'WorkflowStep' });
export type Step = z.output<typeof Step>;
export type StepType = Step['type'];
export type StepOf<T extends StepType> = Extract<Step, { type: T }>;

const mostBytes = 200 * 1024;
/** The references to channels are written in one transaction, which has at most 100 writes. */
const mostChannels = 16;

const channelsIn = (steps: readonly Step[]): ReadonlySet<string> =>
  new Set(steps.flatMap((step) => (step.type === 'notification' ? step.config.channel_ids : [])));

export const Steps = z
  .array(Step)
  .min(1)
  .max(50, { abort: true })
  .superRefine((steps, context) => {
    if (Buffer.byteLength(JSON.stringify(steps)) > mostBytes) {
      return refuse(context, [{ at: [], message: `Should be at most ${mostBytes} bytes as JSON` }], 'too_long');
    }
    if (channelsIn(steps).size > mostChannels) {
      refuse(context, [{ at: [], message: `Should name at most ${mostChannels} channels in all` }], 'too_long');
    }
    refuse(context, steps.flatMap(orderFaults));
  });

/** Ids are unique, and a condition leads on to a later step. */
function orderFaults(step: Step, at: number, steps: readonly Step[]): Refused[] {
  const first = steps.findIndex(({ id }) => id === step.id);
  if (first < at) return [{ type: 'conflict', at: [at, 'id'], message: 'Another step has this id' }];
  if (step.type !== 'condition' || step.on_false === 'stop') return [];
  const target = steps.findIndex(({ id }) => id === step.on_false);
  if (target > at) return [];
  const type = target < 0 ? 'unknown_reference' : 'conflict';
  return [{ type, at: [at, 'on_false'], message: 'Should be "stop" or the id of a later step' }];
}
