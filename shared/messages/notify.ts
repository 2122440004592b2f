import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Types of notifications, as `shared/notifications/catalogue.ts` describes them. */
export const notificationTypes = [
  'quota.warning',
  'webhook.disabled',
  'webhook.failing',
  'export.ready',
  'export.failed',
  'alert.opened',
  'certificate.expiring',
  'api_key.expiring',
  'member.joined',
] as const;
export type NotificationType = (typeof notificationTypes)[number];

/** Asks for one notification for each user of the audience. */
export const NotifyMessage = defineMessage(
  'notifications/notify',
  z.object({
    tenant: z.string().transform(asTenantReference),
    audience: z.union([z.literal('admins'), z.object({ userId: z.string() })]),
    /**
     * A UUIDv7 of the instant. It is also the id of each notification, so a redelivered message creates no second one.
     */
    eventId: z.uuid({ version: 'v7' }),
    type: z.enum(notificationTypes),
    title: z.string(),
    body: z.string(),
    link: z.string().optional(),
    /** The key that expires; an event is published for it too. */
    expiringKeyId: z.string().optional(),
  }),
);
export type NotifyMessage = MessageOf<typeof NotifyMessage>;
