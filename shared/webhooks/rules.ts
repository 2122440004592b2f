import * as z from 'zod';
import { shownId } from '../entity/fields.ts';
import { eventTypes, isEventType } from '../outbox/event-types.ts';
import type { About } from '../outbox/publish.ts';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { refuseLarge } from '../wire/size.ts';

/** Which events a webhook gets: its list of types, and its filter. */

/** The first words of types: `geofence` of `geofence.enter`. */
const prefixes = new Set(Object.keys(eventTypes).map((type) => type.slice(0, type.indexOf('.'))));

/** Whether a text selects events: a type, all types with a first word, or all. */
function isSelector(text: string): boolean {
  return text === '*' || isEventType(text) || (text.endsWith('.*') && prefixes.has(text.slice(0, -2)));
}

/** Selects events: `geofence.enter`, `geofence.*` or `*`. */
export const Selector = z
  .string()
  .max(64, { abort: true })
  .refine(isSelector, {
    message: 'Should be an event type such as geofence.enter, a group such as geofence.*, or *',
    params: { type: 'enum' },
  });

/** @param selectors texts that select events */
export const selects = (selectors: readonly string[], type: string): boolean =>
  selectors.some((one) => one === '*' || one === type || (one.endsWith('.*') && type.startsWith(one.slice(0, -1))));

const most = 100;
const ids = (names: string) => z.array(givenId().meta({ names })).max(most).optional();
const words = () => z.array(z.string().min(1).max(255)).max(most).optional();

export const EventFilter = strictObject(
  whenMade({
    geofence_ids: ids('geofence'),
    geofence_tags: words(),
    group_names: words(),
    device_ids: ids('device'),
    form_ids: ids('form'),
  }),
)
  .superRefine(refuseLarge)
  .meta({ id: 'EventFilter' });
export type EventFilter = z.output<typeof EventFilter>;

export const ShownEventFilter = z
  .object({
    geofence_ids: z.array(shownId()).optional(),
    geofence_tags: z.array(z.string()).optional(),
    group_names: z.array(z.string()).optional(),
    device_ids: z.array(shownId()).optional(),
    form_ids: z.array(shownId()).optional(),
  })
  .meta({ id: 'ShownEventFilter' });

/** Each key of the filter must have a value in common with the event. An empty list matches nothing. */
export function passes(filter: EventFilter, about: About): boolean {
  const keys = Object.keys(filter) as (keyof EventFilter)[];
  return keys.every((key) => {
    const wanted = filter[key];
    return wanted === undefined || (about[key] ?? []).some((value) => wanted.includes(value));
  });
}

/** For lists: webhooks that get events of this type, or whose list has this text; all if there is none. */
export function getting(event: string | undefined): ((id: string, thin: object) => boolean) | undefined {
  if (event === undefined) return undefined;
  return (_id, thin) => {
    const { events } = thin as { readonly events: readonly string[] };
    return events.includes(event) || selects(events, event);
  };
}
