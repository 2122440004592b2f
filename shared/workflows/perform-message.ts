import { channels } from '../channels/kind.ts';
import { type Notification, sendThrough } from '../channels/send.ts';
import { findEntity } from '../entity/rows.ts';
import type { DeviceEventRow } from '../events/device-event.ts';
import { showTimelineEvent } from '../events/shown.ts';
import { sendOwnMail } from '../mail/own-mail.ts';
import { idFor } from '../table/ids.ts';
import type { Effect, Scene } from './perform.ts';
import type { StepOf } from './steps.ts';

/**
 * Messages for people: mails, and notifications through channels. If a worker crashes, mails may be sent twice, like
 * calls.
 */

/** Sends one mail to all addressees. */
export async function emailEffect(input: Record<string, unknown>, { caller }: Scene): Promise<Effect> {
  const { to, subject, text } = input as unknown as StepOf<'email'>['config'];
  return (await sendOwnMail(caller.tenant.reference, to, { subject, text })) ?? { output: { sent: to.length } };
}

/** The outcome for one channel; nothing is sent through one that is disabled. */
interface ChannelOutcome {
  readonly channel_id: string;
  readonly status: 'sent' | 'disabled' | 'failed';
  readonly error: string | null;
}

/** Sends a message through channels in parallel. A retry skips those that have got it. */
export async function notificationEffect(input: Record<string, unknown>, scene: Scene): Promise<Effect> {
  const { channel_ids, subject, text } = input as unknown as StepOf<'notification'>['config'];
  const message = { subject, text, event: eventOf(scene, { subject, text }) };
  const before = (scene.earlier as { readonly channels?: readonly ChannelOutcome[] } | undefined)?.channels ?? [];
  const isDone = (id: string) => before.some(({ channel_id, status }) => channel_id === id && status === 'sent');
  const outcomes = await Promise.all(
    [...new Set(channel_ids)].map((id) => (isDone(id) ? outcomeOf(id, 'sent') : sendToChannel(scene, id, message))),
  );
  const output = { channels: outcomes.map(({ shown }) => shown) };
  const failed = outcomes.find(({ shown }) => shown.status === 'failed');
  if (!failed) return { output };
  return { error: failed.shown.error!, isRetryable: outcomes.some(({ isRetryable }) => isRetryable), output };
}

interface Outcome {
  readonly shown: ChannelOutcome;
  readonly isRetryable: boolean;
}

const outcomeOf = (
  channel_id: string,
  status: ChannelOutcome['status'],
  error: string | null = null,
  isRetryable = false,
): Outcome => ({
  shown: { channel_id, status, error },
  isRetryable,
});

async function sendToChannel({ caller }: Scene, id: string, message: Notification): Promise<Outcome> {
  const channel = await findEntity(channels, caller.tenant.reference, id);
  // It was deleted after this version of the workflow was made.
  if (!channel) return outcomeOf(id, 'failed', 'unknown_reference');
  if (!channel.values.enabled) return outcomeOf(id, 'disabled');
  const failed = await sendThrough(caller.tenant, channel, message);
  return failed ? outcomeOf(id, 'failed', failed.error, failed.isRetryable) : outcomeOf(id, 'sent');
}

/** The event for webhooks; it is the same on every try of the step. */
function eventOf({ caller, effectId, turnAt, scope }: Scene, said: object): Notification['event'] {
  const id = idFor(turnAt, effectId);
  const { id: eventId, data: about } = scope.event as { readonly id: string; readonly data?: { deviceId?: unknown } };
  const row: DeviceEventRow = {
    id,
    type: 'custom.notification',
    severity: 'INFO',
    occurredAt: turnAt,
    receivedAt: turnAt,
    data: JSON.stringify({ ...said, eventId }),
    source: 'SYSTEM',
    ttl: 0,
  };
  const deviceId = typeof about?.deviceId === 'string' ? about.deviceId : null;
  const data = JSON.stringify(showTimelineEvent(row, { tenantId: caller.tenant.id, deviceId, siteId: null }));
  return { id, type: 'custom.event', happenedAt: turnAt, data };
}
