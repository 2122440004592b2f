import { findEntity } from '../entity/rows.ts';
import { callTargets, type OutboundResult } from '../outbound/connector.ts';
import { callOf } from '../webhooks/call.ts';
import { webhooks } from '../webhooks/kind.ts';
import { isHeaderValue } from '../webhooks/target-fields.ts';
import { takesEvents } from '../wire/webhook-kind.ts';
import type { Effect, Scene } from './perform.ts';

/** Calls of URLs by workflows: one request a try, by the rules for webhooks. */

const mostSeconds = 15;
const transient = [408, 425, 429];

export async function callEffect(input: Record<string, unknown>, scene: Scene): Promise<Effect> {
  return typeof input.webhook_id === 'string'
    ? await callWebhook(input.webhook_id, scene)
    : await callUrl(input, scene);
}

/** Sends the event to a webhook, signed and with its `auth`, outside of its schedule and log. */
async function callWebhook(id: string, { caller, scope, event, effectId, attempt }: Scene): Promise<Effect> {
  const { reference } = caller.tenant;
  const webhook = await findEntity(webhooks, reference, id);
  if (!webhook || !takesEvents(webhook.values)) return { error: 'unknown_reference', isRetryable: false };
  if (!webhook.values.is_active) return { error: 'webhook_inactive', isRetryable: false };
  const { type } = scope.event as { readonly type: string };
  const sent = { id: effectId, type, body: event };
  return effectOf(await callTargets.open().call(await callOf(reference, webhook, sent, attempt, mostSeconds)));
}

async function callUrl(input: Record<string, unknown>, { event, effectId }: Scene): Promise<Effect> {
  const given = Object.entries((input.headers ?? {}) as Record<string, unknown>).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  if (!given.every(([, value]) => isHeaderValue(value!))) return { error: 'invalid_header', isRetryable: false };
  const result = await callTargets.open().call({
    url: String(input.url),
    method: input.method === 'PUT' ? 'PUT' : 'POST',
    headers: {
      ...Object.fromEntries(given),
      'Content-Type': 'application/json',
      'User-Agent': 'Hexfence-Workflows/1',
      'webhook-id': effectId,
    },
    body: input.body === undefined ? event : JSON.stringify(input.body),
    timeoutMilliseconds: mostSeconds * 1000,
  });
  return effectOf(result);
}

function effectOf(result: OutboundResult): Effect {
  if (!('status' in result)) return { error: result.fault, isRetryable: result.fault !== 'forbidden_target' };
  const output = { response_status: result.status, response_body: shortened(result.body) };
  if (result.status >= 200 && result.status < 300) return { output };
  return { error: 'status', isRetryable: transient.includes(result.status) || result.status >= 500, output };
}

const mostBytes = 4000;

/** Output is cut at 4 KB, as JSON. */
function shortened(body: string): string {
  let text = body;
  while (Buffer.byteLength(JSON.stringify(text)) > mostBytes)
    text = text.slice(0, Math.floor(text.length * 0.75)).toWellFormed();
  return text;
}
