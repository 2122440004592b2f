import * as z from 'zod';
import { defaulted, hidden, optional, required, serverSet, shownId } from '../entity/fields.ts';
import { equals, includes } from '../entity/filters.ts';
import { defineKind, type Entity } from '../entity/kind.ts';
import type { Target } from '../entity/target.ts';
import { geofenceTarget } from '../geofences/target.ts';
import { PurgeMessage } from '../messages/webhooks.ts';
import { formKeys } from '../table/keys/forms.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { label } from '../wire/text.ts';
import { type WebhookKind, webhookKinds } from '../wire/webhook-kind.ts';
import { Auth, ShownAuth } from './auth.ts';
import { EventFilter, Selector, ShownEventFilter } from './rules.ts';
import { statsOf } from './stats.ts';
import { webhookTarget } from './target.ts';
import { Headers, TargetUrl } from './target-fields.ts';

const disabledReasons = ['gone', 'failing'] as const;

export const formTarget: Target = { kind: 'form', key: formKeys.thin };

const number = (min: number, max: number, value: number) => defaulted(z.int().min(min).max(max), z.int(), value);
const listOf = z.array(z.string());

/**
 * Targets that receive events. The secrets that sign and authenticate calls are sealed, so the fields contain masks.
 * `own_host` is the host of this platform under which the URL was saved; the URL may not name it.
 */
export const webhooks = defineKind({
  name: webhookTarget.kind,
  letters: 'snake_case',
  fields: {
    kind: serverSet(defaulted(z.enum(webhookKinds), z.enum(webhookKinds), 'workspace')),
    form_id: serverSet(optional(z.string(), shownId())),
    name: required(label(120), z.string()),
    url: required(TargetUrl, z.string()),
    events: required(z.array(Selector).min(1).max(50), listOf),
    filter: defaulted(EventFilter, ShownEventFilter, {}),
    headers: defaulted(Headers, z.record(z.string(), z.string()), {}),
    auth: optional(Auth, ShownAuth),
    secret_hint: serverSet(defaulted(z.string(), z.string(), '')),
    timeout_seconds: number(1, 30, 10),
    max_attempts: number(1, 10, 7),
    rate_limit_per_minute: number(1, 1000, 600),
    is_active: defaulted(z.boolean(), z.boolean(), true),
    disabled_reason: serverSet(optional(z.enum(disabledReasons), z.enum(disabledReasons))),
    sealed: serverSet(hidden(defaulted(z.string(), z.string(), ''))),
    own_host: serverSet(hidden(defaulted(z.string(), z.string(), ''))),
    active_since: serverSet(hidden(defaulted(z.number(), z.number(), 0))),
  },
  filters: {
    is_active: equals('is_active'),
    kind: equals('kind'),
    events: includes('events'),
    filter: equals('filter'),
  },
  references: {
    form_id: { to: formTarget, onDelete: 'cascade' },
    'filter.geofence_ids': { to: geofenceTarget, onDelete: 'keep' },
    'filter.device_ids': { to: deviceTarget, onDelete: 'keep' },
    'filter.form_ids': { to: formTarget, onDelete: 'keep' },
  },
  quota: { resource: 'webhooks' },
  computed: statsOf,
  retiredBy: PurgeMessage,
});

export type Webhook = Entity<(typeof webhooks)['fields']>;

/** The part of a webhook that stands in its thin row, by which events are matched. */
export interface ThinWebhook {
  readonly is_active: boolean;
  readonly kind: WebhookKind;
  readonly events: readonly string[];
  readonly filter: EventFilter;
}
