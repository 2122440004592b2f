import { type DueFields, dueFields } from '../due/due.ts';
import { parseExactly } from '../json/exact.ts';
import { AttemptMessage } from '../messages/webhooks.ts';
import type { EventType } from '../outbox/event-types.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { DeliveryError, DeliveryStatus, ShownAttempt, ShownDelivery } from './delivery-wire.ts';
import type { Webhook } from './kind.ts';

/**
 * One event for one webhook. Its row is small, since lists read many; the body that is sent and the outcome of each
 * attempt have rows of their own. Instants are milliseconds since 1970.
 */
export interface DeliveryRow extends Partial<DueFields> {
  /** Its id, which follows from the event and the webhook. */
  readonly sk: string;
  readonly webhookId: string;
  /** `evt_…` */
  readonly eventId: string;
  readonly eventType: EventType;
  readonly status: DeliveryStatus;
  readonly createdAt: number;
  /** When the present schedule began: with the delivery, or with the last retry or replay. */
  readonly startedAt: number;
  /** Attempts that were made in all, and those of the present schedule. */
  readonly attempts: number;
  readonly tries: number;
  /** When the next attempt is due, and when it was due before its rate limit postponed it. */
  readonly nextAttemptAt?: number;
  readonly wantedAt?: number;
  /** The attempt that has a slot of the webhook's rate already. */
  readonly slotFor?: number;
  /** The worker that makes an attempt now, and the end of its lease. */
  readonly claim?: string;
  readonly claimedUntil?: number;
  readonly completedAt?: number;
  readonly responseStatus?: number;
  readonly durationMs?: number;
  readonly error?: DeliveryError;
  /** The last replay that it took part in. */
  readonly replay?: string;
  /** The number of rows of its body. */
  readonly parts: number;
  /** The size of the body in memory, if it is not a short one. */
  readonly bytes?: number;
  /** Seconds since 1970, when the plan's retention ends. */
  readonly ttl: number;
}

/** The outcome of an attempt. */
export interface AttemptRow {
  readonly sk: string;
  readonly number: number;
  readonly at: number;
  readonly responseStatus?: number;
  readonly durationMs: number;
  readonly error?: DeliveryError;
  readonly responseBody?: string;
  readonly ttl: number;
}

export const waiting: readonly DeliveryStatus[] = ['pending', 'failed'];

/**
 * The status now: a delivery that waits is skipped from the moment its webhook becomes inactive, even if no worker has
 * recorded it yet, and stays so if the webhook is active again.
 */
export function statusOf(row: Pick<DeliveryRow, 'status' | 'startedAt'>, { values }: Webhook): DeliveryStatus {
  return waiting.includes(row.status) && isSkippedBy(values, row.startedAt) ? 'skipped' : row.status;
}

export const isSkippedBy = (
  values: Pick<Webhook['values'], 'is_active' | 'active_since'>,
  startedAt: number,
): boolean => !values.is_active || startedAt < values.active_since;

export const isKept = ({ ttl }: Pick<DeliveryRow, 'ttl'>, now = Date.now()): boolean => ttl > Math.floor(now / 1000);

/**
 * The attributes that let the sweeper request the next attempt at an instant.
 *
 * @param attempt the number of the attempt
 */
export function dueFor(
  tenant: TenantReference,
  { webhookId, sk: deliveryId }: Pick<DeliveryRow, 'webhookId' | 'sk'>,
  attempt: number,
  at: number,
): DueFields {
  const message = { tenant, webhookId, deliveryId, attempt };
  return dueFields(webhookKeys.delivery(tenant, webhookId, deliveryId), at, AttemptMessage, message, webhookId);
}

/** As lists show it. */
export function showDelivery(row: DeliveryRow, webhook: Webhook): ShownDelivery {
  const status = statusOf(row, webhook);
  const isOver = !waiting.includes(status);
  return {
    id: row.sk,
    webhook_id: row.webhookId,
    event_id: row.eventId,
    event_type: row.eventType,
    status,
    attempt_count: row.attempts,
    response_status: row.responseStatus ?? null,
    duration_ms: row.durationMs ?? null,
    error: row.error ?? null,
    next_attempt_at: isOver ? null : printInstantOrNull(row.nextAttemptAt),
    created_at: printInstant(row.createdAt),
    completed_at: printInstantOrNull(row.completedAt),
  };
}

export function showAttempt(row: AttemptRow): ShownAttempt {
  return {
    number: row.number,
    at: printInstant(row.at),
    response_status: row.responseStatus ?? null,
    duration_ms: row.durationMs,
    error: row.error ?? null,
    response_body: row.responseBody ?? null,
  };
}

/** The body that was sent, as responses show it: with all digits of its numbers. */
export const showBody = (body: string): Record<string, unknown> => parseExactly(body) as Record<string, unknown>;
