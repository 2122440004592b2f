import { defaultPreferences, type UserRow } from '../auth/user-record.ts';
import type { NotificationType } from '../messages/notify.ts';

/** Types of notifications, and the preference that switches each off; `null` cannot be switched off. */
const categories = {
  'quota.warning': 'quota',
  'webhook.disabled': 'webhooks',
  'webhook.failing': 'webhooks',
  'export.ready': 'exports',
  'export.failed': 'exports',
  'alert.opened': 'alerts',
  'certificate.expiring': null,
  'api_key.expiring': null,
  'member.joined': null,
} as const satisfies Record<NotificationType, keyof typeof defaultPreferences.in_app | null>;

/** Whether a user wants this notification in the application. */
export function wants({ notificationPreferences }: Pick<UserRow, 'notificationPreferences'>, type: NotificationType) {
  const category = categories[type];
  return category === null || (notificationPreferences ?? defaultPreferences).in_app[category];
}
