import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition, shardOf } from '../key.ts';

/**
 * The rows that count the events of a month: all devices of a workspace may cause events at once, and two transactions
 * that write one row at the same time conflict.
 */
const eventShards = 64;

/** Counters of usage, in the Access table. */
export const usageKeys = {
  /** Counters of a month, `2026-03`. */
  month: (tenant: TenantReference, month: string) => key(`${tenant}#usage`, month),
  /** Counts the events of a month that a subject, such as a device, has caused. Subjects share the counters. */
  events: (tenant: TenantReference, month: string, subject: string) =>
    key(`${tenant}#usage-events#${month}`, String(shardOf(eventShards, subject))),
  allEvents: (tenant: TenantReference, month: string) => partition(`${tenant}#usage-events#${month}`),
  /** Present once the admins were notified that a month's events are used up. */
  warned: (tenant: TenantReference, month: string) => key(`${tenant}#usage-warned`, month),
};
