import * as z from 'zod';
import { schemasOf } from '../entity/schemas.ts';
import { absentIfNull, whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';
import { webhooks } from './kind.ts';
import { SigningSecret } from './signature.ts';

/** Webhooks in bodies and responses. */

const Stats = z
  .object({ delivered_24h: z.int(), failed_24h: z.int(), last_success_at: instant().nullable() })
  .meta({ id: 'WebhookStats' });

const example = {
  kind: 'workspace' as const,
  form_id: null,
  name: 'Dispatch',
  url: 'https://example.com/hook',
  events: ['geofence.enter', 'geofence.exit'],
  filter: {},
  headers: {},
  auth: { type: 'bearer' as const, token: '***' },
  secret_hint: 'whsec_…9fQ=',
  timeout_seconds: 10,
  max_attempts: 7,
  rate_limit_per_minute: 600,
  is_active: true,
  disabled_reason: null,
  stats: { delivered_24h: 210, failed_24h: 2, last_success_at: '2026-03-22T09:40:03Z' },
};

const { Draft, Patch, Shown } = schemasOf('Webhook', webhooks, example, { stats: Stats });

export const Webhook = Shown;

export const WebhookDraft = Draft.extend({ secret: absentIfNull(SigningSecret.optional()) }).meta({
  id: 'WebhookDraft',
  example: { name: 'Dispatch', url: 'https://example.com/hook', events: ['geofence.enter', 'geofence.exit'] },
});
export type WebhookDraft = z.output<typeof WebhookDraft>;

export const WebhookPatch = Patch;
export type WebhookPatch = z.output<typeof WebhookPatch>;

const shownSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw1ydS5qDP9fQ=';

/** A webhook with its secret, which is shown once. */
export const WebhookWithSecret = Webhook.extend({ secret: z.string() }).meta({
  id: 'WebhookWithSecret',
  example: {
    id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
    ...example,
    stats: { delivered_24h: 0, failed_24h: 0, last_success_at: null },
    created_at: '2026-03-01T10:00:00Z',
    updated_at: '2026-03-01T10:00:00Z',
    version: 1,
    secret: shownSecret,
  },
});

export const SecretRotation = strictObject(
  whenMade({
    overlap_hours: z.int().min(0).max(168).default(24),
    secret: SigningSecret.optional(),
  }),
).meta({ id: 'SecretRotation', example: { overlap_hours: 24 } });
export type SecretRotation = z.output<typeof SecretRotation>;
