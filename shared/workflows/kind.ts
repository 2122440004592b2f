import * as z from 'zod';
import { channelTarget } from '../channels/target.ts';
import { defaulted, hidden, required, serverSet } from '../entity/fields.ts';
import { equals, partOf } from '../entity/filters.ts';
import { defineKind, type Entity } from '../entity/kind.ts';
import { sameJson } from '../json/equality.ts';
import { PurgeMessage, WatchMessage } from '../messages/workflows.ts';
import { keptObject } from '../wire/free-object.ts';
import { label, prose } from '../wire/text.ts';
import { statsOf } from './stats.ts';
import type { Step } from './steps.ts';
import type { Trigger } from './triggers.ts';
import { putVersion } from './version-rows.ts';

const number = (value: number) => defaulted(z.number(), z.int(), value);

/** Bodies are read by `bodies.ts`, so that only functions that save workflows contain the rules for steps. */
const checkedElsewhere = <T>() => z.custom<T>((value) => typeof value === 'object');

/**
 * Workflows. Trigger and steps are kept in immutable versions too, of which the entity has the newest. Executions that
 * were waiting at `cancelled_at` count as ended.
 */
export const workflows = defineKind({
  name: 'workflow',
  letters: 'snake_case',
  fields: {
    name: required(label(255), z.string()),
    description: defaulted(prose(2000), z.string(), ''),
    is_active: serverSet(defaulted(z.boolean(), z.boolean(), false)),
    version_num: serverSet(number(1)),
    cooldown_seconds: defaulted(z.int().min(0).max(2_592_000), z.int(), 0),
    trigger: required(checkedElsewhere<Trigger>(), keptObject()),
    steps: required(checkedElsewhere<Step[]>(), z.array(keptObject())),
    active_since: serverSet(hidden(number(0))),
    cancelled_at: serverSet(hidden(number(0))),
  },
  filters: {
    is_active: equals('is_active'),
    trigger_type: equals('trigger.type'),
    search: partOf('name'),
    // What starts an execution is decided with thin rows alone.
    trigger: equals('trigger'),
    version_num: equals('version_num'),
    cooldown_seconds: equals('cooldown_seconds'),
    active_since: equals('active_since'),
    cancelled_at: equals('cancelled_at'),
  },
  references: { 'steps.config.channel_ids': { to: channelTarget, onDelete: 'restrict' } },
  quota: { resource: 'workflows' },
  computed: statsOf,
  retiredBy: PurgeMessage,
  followedBy: {
    messages: [WatchMessage],
    ordersOf: (tenant, workflowId, before, { is_active, trigger }) => {
      const begins = is_active && !(before?.is_active && sameJson(before.trigger, trigger));
      return begins && trigger.type === 'device_offline'
        ? [WatchMessage.order({ tenant, job: 'arm', workflowId })]
        : [];
    },
  },
  hook: {
    act: (transaction, actor, before, after) => {
      if (after && after.values.version_num !== before?.values.version_num) putVersion(transaction, actor, after);
    },
    tables: { main: ['PutItem'] },
  },
});

export type Workflow = Entity<(typeof workflows)['fields']>;

/** The part of a workflow in its thin row. */
export interface ThinWorkflow {
  readonly is_active: boolean;
  readonly trigger: Trigger;
  readonly version_num: number;
  readonly cooldown_seconds: number;
  readonly active_since: number;
  readonly cancelled_at: number;
}
