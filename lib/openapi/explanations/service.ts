import type { ProblemCode } from '../../../shared/problems/catalogue.ts';
import type { Explanations } from './explanation.ts';

/** Limits, and problems that the caller did not cause: 429 and 5xx. */
export const service = {
  RATE_LIMIT_EXCEEDED: {
    when: 'The credential made more requests than its limit allows in this window.',
    remedy: 'Wait as long as `Retry-After` says. The header `RateLimit` shows how many requests are left.',
    detail: 'Rate limit exceeded. Try again in 3412 seconds.',
    details: { limit: 1000, period_seconds: 3600, policy: 'tier' },
  },
  QUOTA_THROTTLED: {
    when: "The month's usage is far above the plan, so that requests are slowed down.",
    remedy: 'Wait as long as `Retry-After` says, or change the plan.',
    detail: 'The quota of events is at 123 %; 6 requests per minute are accepted.',
    details: { resource: 'events', usage_percent: 123 },
  },
  INTERNAL_ERROR: {
    when: 'Something went wrong on our side.',
    remedy: 'Try again; if the problem persists, report it with the `request_id`.',
    detail: 'Something went wrong on our side. Quote the request id when you report it.',
  },
  BILLING_PROVIDER_NOT_CONFIGURED: {
    when: 'The deployment has no payment provider.',
    remedy: 'Ask the operator of the deployment.',
    detail: 'No payment provider is configured.',
    details: { provider: 'manual' },
  },
  SERVICE_UNAVAILABLE: {
    when: 'A service on which this API depends does not answer.',
    remedy: 'Wait as long as `Retry-After` says and try again.',
    detail: 'The database did not answer in time. Try again.',
    details: { dependency: 'database' },
  },
  GEOCODER_UNAVAILABLE: {
    when: 'The geocoder does not answer.',
    remedy: 'Wait as long as `Retry-After` says and try again.',
    detail: 'The geocoder did not answer in time. Try again.',
    details: { dependency: 'geocoder' },
  },
  TIMEOUT: {
    when: 'The request took longer than its time budget. Its change may or may not have happened.',
    remedy: 'Divide the request into smaller ones. Retry writes with the same `Idempotency-Key`.',
    detail: 'The request took longer than its time budget. Try again.',
  },
} satisfies Partial<Explanations<ProblemCode>>;
