import * as z from 'zod';
import { defaulted, fixed, idOf, required, shownId } from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind, type Entity } from '../entity/kind.ts';
import { invalidFields } from '../problems/problem.ts';
import { webhookTarget } from '../webhooks/target.ts';
import { Email } from '../wire/email.ts';
import { strictObject } from '../wire/schema.ts';
import { label } from '../wire/text.ts';
import { channelTarget } from './target.ts';

/** Notification channels: where alerts, workflows and geofences send messages for people. */

export const channelTypes = ['EMAIL', 'WEBHOOK'] as const;
type ChannelType = (typeof channelTypes)[number];

/** What a channel of each type needs: `to` or `webhookId`. */
const Config = strictObject({
  to: z.array(Email).min(1).max(20).optional(),
  webhookId: idOf(webhookTarget).optional(),
}).meta({ id: 'ChannelConfig', minProperties: 1, maxProperties: 1, example: { to: ['ops@example.com'] } });
type Config = z.output<typeof Config>;

const ShownConfig = z
  .object({ to: z.array(z.string()).optional(), webhookId: shownId().optional() })
  .meta({ id: 'ShownChannelConfig' });

const needed: Readonly<Record<ChannelType, keyof Config>> = { EMAIL: 'to', WEBHOOK: 'webhookId' };

/** @throws VALIDATION_ERROR unless it has exactly the field that a channel of this type needs */
function requireConfig(type: ChannelType, config: Config): void {
  const wanted = needed[type];
  const other = wanted === 'to' ? 'webhookId' : 'to';
  const failures = [
    ...(config[wanted] === undefined
      ? [{ type: 'missing', at: wanted, msg: `Field required with the type ${type}` }]
      : []),
    ...(config[other] === undefined
      ? []
      : [{ type: 'conflict', at: other, msg: `Goes with another type than ${type}` }]),
  ].map(({ at, ...failure }) => ({ ...failure, loc: ['body', 'config', at] }));
  if (failures.length > 0) throw invalidFields(failures);
}

/** A deleted webhook stays in the configuration; the channel then sends nothing. */
export const channels = defineKind({
  name: channelTarget.kind,
  letters: 'camelCase',
  fields: {
    name: required(label(255), z.string()),
    type: fixed(required(z.enum(channelTypes), z.enum(channelTypes))),
    config: required(Config, ShownConfig),
    enabled: defaulted(z.boolean(), z.boolean(), true),
  },
  references: { 'config.webhookId': { to: webhookTarget, onDelete: 'keep' } },
  filters: { type: equals('type') },
  held: true,
  hook: {
    act: (_transaction, _actor, _before, after) => {
      if (after) requireConfig(after.values.type, after.values.config);
    },
  },
});

export type Channel = Entity<(typeof channels)['fields']>;
