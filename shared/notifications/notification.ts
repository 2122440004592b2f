import * as z from 'zod';
import { type NotificationType, notificationTypes } from '../messages/notify.ts';
import { instant, printInstant, printInstantOrNull } from '../wire/schema.ts';

/** A notification's row in the Main table, in its user's partition. */
export interface NotificationRow {
  /** Its id, a UUIDv7. */
  readonly sk: string;
  readonly type: NotificationType;
  readonly title: string;
  readonly body: string;
  readonly link?: string | undefined;
  /** Milliseconds since 1970; absent while unread. */
  readonly readAt?: number;
  readonly createdAt: number;
  /** When it expires, in seconds since 1970. */
  readonly ttl: number;
}

const secondsPerDay = 86_400;

/** When a notification expires, in seconds since 1970: after 90 days. */
export const expiresAt = (createdAt: number): number => Math.ceil(createdAt / 1000) + 90 * secondsPerDay;

export const isKept = ({ ttl }: Pick<NotificationRow, 'ttl'>, now: number): boolean => ttl > Math.floor(now / 1000);

/** A notification as answers show it. */
export const Notification = z
  .object({
    id: z.string().meta({ format: 'uuid' }),
    type: z
      .enum(notificationTypes)
      .meta({ description: 'More types may come; show those you do not know by `title`.' }),
    title: z.string(),
    body: z.string(),
    link: z.string().nullable().meta({ description: 'Path of the API that shows the subject of the notification.' }),
    read_at: instant().nullable(),
    created_at: instant(),
  })
  .meta({
    id: 'Notification',
    example: {
      id: '019d14fc-b8d0-7238-9075-1fdcd7e986c5',
      type: 'api_key.expiring',
      title: 'An API key expires in 7 days',
      body: 'The key "CRM sync" stops working on 2026-03-29. Extend it, or replace it with a new key before then.',
      link: '/api/v1/account/api-keys/019cfbf6-5f00-7c11-a1d2-4b7f0f9e5a10',
      read_at: null,
      created_at: '2026-03-22T10:00:00Z',
    },
  });

export function showNotification(row: NotificationRow): z.input<typeof Notification> {
  const { sk: id, type, title, body, link = null, readAt, createdAt } = row;
  return { id, type, title, body, link, read_at: printInstantOrNull(readAt), created_at: printInstant(createdAt) };
}
