export const webhookKinds = ['workspace', 'form'] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/**
 * Whether geofences, workflows and notification channels may name a webhook. The webhook of a form gets the submissions
 * of its form and nothing else.
 *
 * @param thin the thin row of the webhook
 */
export const takesEvents = (thin: object): boolean => (thin as { readonly kind?: WebhookKind }).kind === 'workspace';
