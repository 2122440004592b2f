import * as z from 'zod';
import { schemasOf } from '../entity/schemas.ts';
import { channels } from './kind.ts';

/** Notification channels in bodies and answers. */

export const {
  Draft: ChannelDraft,
  Patch: ChannelPatch,
  Shown: Channel,
} = schemasOf('NotificationChannel', channels, {
  name: 'Night shift',
  type: 'EMAIL',
  config: { to: ['ops@example.com'] },
  enabled: true,
});

export const ChannelTest = z
  .object({ sent: z.boolean(), error: z.string().nullable() })
  .meta({ id: 'NotificationChannelTest', example: { sent: true, error: null } });
