import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, padded, partition } from '../key.ts';

/** Rows of a webhook beside its entity: its deliveries in the Main table, its counters in the Access table. */
export const webhookKeys = {
  delivery: (tenant: TenantReference, webhookId: string, id: string) => key(`${tenant}#delivery#${webhookId}`, id),
  deliveries: (tenant: TenantReference, webhookId: string) => partition(`${tenant}#delivery#${webhookId}`),
  /**
   * A part of the body that is sent; most bodies have one.
   *
   * @param digest of the body, for all parts but the first, whose row names the digest of the others
   */
  body: (tenant: TenantReference, webhookId: string, id: string, part: number, digest?: string) =>
    key(
      `${tenant}#delivery-detail#${webhookId}`,
      `${id}#body#${padded(part)}${digest === undefined ? '' : `#${digest}`}`,
    ),
  /** The outcome of an attempt. */
  attempt: (tenant: TenantReference, webhookId: string, id: string, number: number) =>
    key(`${tenant}#delivery-detail#${webhookId}`, `${id}#attempt#${padded(number)}`),
  /** Parts and attempts of all deliveries of a webhook. */
  details: (tenant: TenantReference, webhookId: string) => partition(`${tenant}#delivery-detail#${webhookId}`),
  /** A delivery of any webhook that was not delivered: it is dead or was skipped. */
  undelivered: (tenant: TenantReference, id: string) => key(`${tenant}#undelivered`, id),
  allUndelivered: (tenant: TenantReference) => partition(`${tenant}#undelivered`),
  /** The outcomes of the attempts of an hour, `2026-03-22T09`. */
  hour: (tenant: TenantReference, webhookId: string, hour: string) => key(`${tenant}#webhook-hours#${webhookId}`, hour),
  hours: (tenant: TenantReference, webhookId: string) => partition(`${tenant}#webhook-hours#${webhookId}`),
  /** The last slot of its rate limit that was taken. */
  slots: (tenant: TenantReference, webhookId: string) => key(`${tenant}#webhook-slots`, webhookId),
  /** How fast its target responds. */
  pace: (tenant: TenantReference, webhookId: string) => key(`${tenant}#webhook-pace`, webhookId),
  /** Present once the admins were notified of a day's first dead letter. */
  notified: (tenant: TenantReference, webhookId: string, day: string) =>
    key(`${tenant}#webhook-notified#${webhookId}`, day),
};

/** Bounds of the sort keys of the details of one delivery. */
export const detailsOf = (id: string): readonly [first: string, last: string] => [`${id}#`, `${id}#~`];
