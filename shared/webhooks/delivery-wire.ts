import * as z from 'zod';
import { instant } from '../wire/schema.ts';

/** Deliveries in responses. */

export const deliveryStatuses = ['pending', 'success', 'failed', 'dead', 'skipped'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const errors = ['status', 'timeout', 'network', 'tls', 'forbidden_target', 'rate_limit'] as const;
export type DeliveryError = (typeof errors)[number];

const example = {
  id: '0195a1f4-3d90-7e51-8b62-4f3e7d1f9c22',
  webhook_id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
  event_id: 'evt_0195a1f4-3d80-7a11-b2c3-5a6b7c8d9e0f',
  event_type: 'geofence.enter',
  status: 'success' as const,
  attempt_count: 1,
  response_status: 200,
  duration_ms: 84,
  error: null,
  next_attempt_at: null,
  created_at: '2026-03-22T09:40:03Z',
  completed_at: '2026-03-22T09:40:03Z',
};

export const Delivery = z
  .object({
    id: z.uuid(),
    webhook_id: z.uuid(),
    event_id: z.string(),
    event_type: z.string(),
    status: z.enum(deliveryStatuses),
    attempt_count: z.int(),
    response_status: z.int().nullable(),
    duration_ms: z.int().nullable(),
    error: z.enum(errors).nullable(),
    next_attempt_at: instant().nullable(),
    created_at: instant(),
    completed_at: instant().nullable(),
  })
  .meta({ id: 'Delivery', example });
export type ShownDelivery = z.input<typeof Delivery>;

const Attempt = z
  .object({
    number: z.int(),
    at: instant(),
    response_status: z.int().nullable(),
    duration_ms: z.int(),
    error: z.enum(errors).nullable(),
    response_body: z.string().nullable(),
  })
  .meta({ id: 'DeliveryAttempt' });
export type ShownAttempt = z.input<typeof Attempt>;

const payload = () => z.record(z.string(), z.unknown());

const examplePayload = {
  id: example.event_id,
  type: example.event_type,
  workspace_id: '7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
  occurred_at: '2026-03-22T09:40:00Z',
  data: {},
};

/** A delivery with the body that is sent, and the outcomes of its attempts. */
export const DeliveryDetail = Delivery.extend({ attempts: z.array(Attempt), payload: payload() }).meta({
  id: 'DeliveryDetail',
  example: {
    ...example,
    attempts: [
      {
        number: 1,
        at: '2026-03-22T09:40:03Z',
        response_status: 200,
        duration_ms: 84,
        error: null,
        response_body: 'ok',
      },
    ],
    payload: examplePayload,
  },
});

/** The outcome of a call that tries a webhook. */
export const TestResult = z
  .object({
    delivered: z.boolean(),
    response_status: z.int().nullable(),
    duration_ms: z.int(),
    response_body: z.string().nullable(),
    error: z.enum(errors).nullable(),
    payload: payload(),
  })
  .meta({
    id: 'WebhookTestResult',
    example: {
      delivered: true,
      response_status: 200,
      duration_ms: 84,
      response_body: 'ok',
      error: null,
      payload: { ...examplePayload, type: 'webhook.test', data: { message: 'test' } },
    },
  });
