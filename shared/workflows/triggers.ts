import * as z from 'zod';
import { severities } from '../events/device-event.ts';
import { givenId } from '../wire/id.ts';
import { type Shape, whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { TimeZone } from '../wire/time-zone.ts';
import { Cron, isOfFiveFields } from './cron.ts';
import { titled } from './titled.ts';

/** What starts a workflow, as bodies give it. It is stored and shown as it was sent, without defaults. */

const most = 100;
/** Ids that an event is compared with. An unknown id is accepted, and matches nothing. */
const ids = () =>
  z
    .array(givenId().meta({ format: 'uuid' }))
    .max(most)
    .optional();
const words = () => z.array(z.string().min(1).max(255)).max(most).optional();

const trigger = <T extends string, S extends Shape>(type: T, shape: S) =>
  strictObject({ type: z.literal(type), ...whenMade(shape) }).meta({ title: `${titled(type)}Trigger` });

const atGeofence = <T extends string>(type: T) =>
  trigger(type, {
    geofence_ids: ids(),
    geofence_tags: words(),
    group_names: words(),
    device_ids: ids(),
    device_tags: words(),
    include_late: z.boolean().optional(),
  });

const eventType = z.string().regex(/^[a-z][a-z0-9_.]{0,70}$/, 'Should be a type such as door.opened');

export const Trigger = z
  .discriminatedUnion('type', [
    atGeofence('geofence_enter'),
    atGeofence('geofence_exit'),
    atGeofence('geofence_dwell'),
    atGeofence('geofence_cross'),
    trigger('device_offline', {
      device_ids: ids(),
      device_tags: words(),
      after_minutes: z.int().min(2).max(10_080).optional(),
    }),
    trigger('device_event', { event_types: z.array(eventType).min(1).max(most), device_ids: ids() }),
    trigger('alert_opened', { rule_ids: ids(), severities: z.array(z.enum(severities)).max(3).optional() }),
    trigger('submission_created', { form_ids: ids() }),
    trigger('schedule', {
      cron: Cron.refine(isOfFiveFields, {
        message: 'Should have five fields (minute, hour, day of the month, month, day of the week) and a next time',
        params: { type: 'pattern' },
      }),
      timezone: TimeZone.optional(),
    }),
    trigger('manual', {}),
  ])
  .meta({ id: 'WorkflowTrigger' });
export type Trigger = z.output<typeof Trigger>;
export type TriggerType = Trigger['type'];
export type TriggerOf<T extends TriggerType> = Extract<Trigger, { type: T }>;
