import type { FieldTexts } from './field-texts.ts';

/** Webhooks, their deliveries, and notification channels. */
export const webhookFields: readonly FieldTexts[] = [
  {
    of: ['Webhook', 'WebhookWithSecret', 'WebhookDraft', 'WebhookPatch', 'WebhookStats'],
    texts: {
      kind: '`workspace`, or `form` for a webhook that belongs to a form.',
      form_id: 'Id of the form that it belongs to; null: none.',
      name: '1 to 120 characters, at least one of them visible.',
      url: 'Where events are sent: https, up to 2048 characters, port 443 or above 1023, a host with public addresses only.',
      events: '1 to 50 of `GET /webhooks/event-types`, groups such as `geofence.*`, or `*` for all.',
      filter:
        'Only events that have one of the values of each key; events without the key are left out. `{}`, which is the default, leaves none out.',
      headers: 'Further headers of calls: up to 20, values of up to 1024 printable ASCII characters. `{}` if absent.',
      auth: 'How calls authenticate themselves. Secrets are shown as `"***"`; sending that value back keeps them. Null (default): calls carry no authentication.',
      secret:
        'Signs the calls: 16 to 256 characters, base64 after `whsec_`, or any other text, whose UTF-8 bytes sign. Made by the server if absent; shown only when it is made.',
      secret_hint: 'The end of the secret that signs; empty: a webhook of a form without one.',
      timeout_seconds: 'How long a call may take, 1 to 30 seconds; 10 if absent.',
      max_attempts: 'Attempts until a delivery is dead, 1 to 10; 7 if absent.',
      rate_limit_per_minute:
        'Calls in a minute, 1 to 1000; 600 if absent. Further calls wait; a delivery that has waited for 24 hours is dead.',
      is_active: 'Whether events are delivered; those of inactive webhooks are `skipped`. True if absent.',
      disabled_reason:
        'Why the platform switched it off: `gone` (the target answered 410), `failing` (no success for five days and at least 20 dead); null: it did not.',
      stats: 'Results of the calls of the last 24 hours, counted by the hour.',
      delivered_24h: 'Deliveries that arrived.',
      failed_24h: 'Attempts that failed.',
      last_success_at: 'When a call last succeeded; UTC. Null: none is recorded.',
    },
  },
  {
    of: [
      'NotificationChannel',
      'NotificationChannelDraft',
      'NotificationChannelPatch',
      'ChannelConfig',
      'ShownChannelConfig',
      'NotificationChannelTest',
      'listNotificationChannels',
    ],
    texts: {
      name: '1 to 255 characters, at least one of them visible.',
      type: '`EMAIL` or `WEBHOOK`; fixed.',
      config: 'Where messages go: `to` of an `EMAIL` channel, `webhookId` of a `WEBHOOK` channel.',
      to: '1 to 20 e-mail addresses.',
      webhookId: 'Id of a webhook of the workspace.',
      enabled: 'Whether messages are sent through it; true if absent. Tests always are.',
      sent: 'Whether the message was sent, or handed to the webhook.',
      error: 'Why it was not sent; null: it was sent.',
    },
  },
  {
    of: ['FormWebhook', 'FormWebhookDraft'],
    texts: {
      form_id: 'Id of the form.',
      url: 'Where submissions are sent: https, up to 2048 characters, port 443 or above 1023, a host with public addresses only.',
      secret:
        'Signs the calls: 16 to 256 characters, base64 after `whsec_`, or any other text, whose UTF-8 bytes sign. If absent, calls are not signed. It is never shown.',
      has_secret: 'Whether calls are signed.',
      is_active: 'Whether submissions are delivered; `PATCH /webhooks/{id}` changes it.',
    },
  },
  {
    of: ['EventFilter', 'ShownEventFilter'],
    texts: {
      geofence_ids: 'Ids of geofences, up to 100.',
      geofence_tags: 'Tags of geofences, up to 100, compared exactly.',
      group_names: 'Groups of geofences, up to 100, compared exactly.',
      device_ids: 'Ids of devices, up to 100.',
      form_ids: 'Ids of forms, up to 100.',
    },
  },
  {
    of: ['WebhookAuth', 'ShownWebhookAuth'],
    texts: {
      type: 'A token or a name with a password in `Authorization`, or a value in a header of your choice.',
      token: 'Up to 4096 printable ASCII characters.',
      username: 'Up to 255 printable ASCII characters, without `:`.',
      password: 'Up to 4096 printable ASCII characters.',
      header: 'Name of the header.',
      value: 'Up to 4096 printable ASCII characters.',
    },
  },
  {
    of: ['SecretRotation'],
    texts: {
      overlap_hours: 'How long the old secrets sign beside the new one, 0 to 168 hours; 24 if absent.',
      secret: 'The new secret; made by the server if absent.',
    },
  },
  {
    of: ['Delivery', 'DeliveryDetail', 'DeliveryAttempt', 'WebhookTestResult'],
    texts: {
      webhook_id: 'Id of the webhook.',
      event_id: 'Id of the event, the header `webhook-id` of each attempt.',
      event_type: 'Type of the event.',
      status:
        '`pending`: no attempt was made yet. `failed`: another attempt follows. `dead`: none follows. `skipped`: the webhook is inactive.',
      attempt_count: 'Attempts so far, including those before a retry or a replay.',
      response_status: 'HTTP status of the last response; null: there was none.',
      duration_ms: 'Milliseconds that the last attempt took; null: there was none.',
      error:
        'Why it did not arrive: another `status` than 2xx, no answer in time (`timeout`), `network`, `tls`, a target that may not be called (`forbidden_target`), or 24 hours of waiting for the rate limit (`rate_limit`). Null: it did.',
      next_attempt_at: 'When the next attempt is due; UTC. Null: none follows.',
      completed_at: 'When it arrived or was given up; UTC. Null: neither yet.',
      attempts: 'The result of each attempt, first to last.',
      number: '1 for the first attempt, as in the header `X-Hexfence-Attempt`.',
      at: 'When the attempt was made; UTC.',
      response_body: 'The first 4 KB of the response; null: there was none.',
      payload: 'The body that is sent.',
      delivered: 'Whether the target answered with a status of 2xx in time.',
    },
  },
  {
    of: ['EventTypes'],
    texts: { data: 'All types.', type: 'The type.', description: 'When it happens.' },
  },
  {
    of: ['WebhookTestRequest'],
    texts: { event_type: 'The type of the example that is sent; `webhook.test` if absent.' },
  },
  {
    of: ['WebhookReplayRequest', 'WebhookReplayResult'],
    texts: {
      from: 'The first instant of `created_at`.',
      to: 'The last instant of `created_at`, at most 31 days after `from`.',
      status: '`undelivered`: those that are `dead` or `skipped`, the default. `all`: every one.',
      queued: 'Deliveries that are sent again, at most 10,000.',
      has_more: 'Whether there are more of them.',
    },
  },
  {
    of: ['listWebhooks'],
    texts: {
      is_active: 'Only active or only inactive webhooks; all if absent.',
      event: 'Only webhooks that get events of this type; all if absent.',
      kind: 'Only webhooks of this kind; all if absent.',
    },
  },
  {
    of: ['listWebhookDeliveries'],
    texts: {
      status: 'Only deliveries with this status; all if absent.',
      event_type: 'Only events of this type; all if absent.',
    },
  },
  { of: ['listDeadLetters'], texts: { webhook_id: 'Only those of this webhook; all if absent.' } },
];
