import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Notifications of users, in the Main table. */
export const notificationKeys = {
  notification: (tenant: TenantReference, userId: string, id: string) => key(`${tenant}#notification#${userId}`, id),
  notifications: (tenant: TenantReference, userId: string) => partition(`${tenant}#notification#${userId}`),
};
