import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, padded, partition } from '../key.ts';

/** What there is of a webhook beside the entity: its deliveries in the Main table, its counters in the Access table. */
export const webhookKeys = {
  delivery: (tenant: TenantReference, webhookId: string, id: string) => key(`${tenant}#delivery#${webhookId}`, id),
  deliveries: (tenant: TenantReference, webhookId: string) => partition(`${tenant}#delivery#${webhookId}`),
  /**
   * A part of the body that is sent; most bodies have one.
   *
   * @param digest of the body, for the other parts than the first, which says which body they belong to
   */
  body: (tenant: TenantReference, webhookId: string, id: string, part: number, digest?: string) =>
    key(
      `${tenant}#delivery-detail#${webhookId}`,
      `${id}#body#${padded(part)}${digest === undefined ? '' : `#${digest}`}`,
    ),
  /** What came of an attempt. */
  attempt: (tenant: TenantReference, webhookId: string, id: string, number: number) =>
    key(`${tenant}#delivery-detail#${webhookId}`, `${id}#attempt#${padded(number)}`),
  /** Parts and attempts of all deliveries of a webhook. */
  details: (tenant: TenantReference, webhookId: string) => partition(`${tenant}#delivery-detail#${webhookId}`),
  /** A delivery of any webhook that was not delivered: it is dead or was skipped. */
  undelivered: (tenant: TenantReference, id: string) => key(`${tenant}#undelivered`, id),
  allUndelivered: (tenant: TenantReference) => partition(`${tenant}#undelivered`),
  /** What came of the attempts of an hour, `2026-03-22T09`. */
  hour: (tenant: TenantReference, webhookId: string, hour: string) => key(`${tenant}#webhook-hours#${webhookId}`, hour),
  hours: (tenant: TenantReference, webhookId: string) => partition(`${tenant}#webhook-hours#${webhookId}`),
  /** The next slot that its rate has free. */
  slots: (tenant: TenantReference, webhookId: string) => key(`${tenant}#webhook-slots`, webhookId),
  /** How quick its target is. */
  pace: (tenant: TenantReference, webhookId: string) => key(`${tenant}#webhook-pace`, webhookId),
  /** Present once somebody was told of a day's first dead letter. */
  told: (tenant: TenantReference, webhookId: string, day: string) => key(`${tenant}#webhook-told#${webhookId}`, day),
};

/** Bounds of the sort keys of the details of one delivery. */
export const detailsOf = (id: string): readonly [first: string, last: string] => [`${id}#`, `${id}#~`];
