import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import { asset } from '../http/assets.ts';
import { parseExactly } from '../json/exact.ts';
import { callTargets } from '../outbound/connector.ts';
import type { EventType } from '../outbox/event-types.ts';
import { openSecrets } from '../secrets/secrets.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { bodyFor, eventIdOf } from './body.ts';
import { callOf } from './call.ts';
import type { TestResult } from './delivery-wire.ts';
import { webhooks } from './kind.ts';
import { verdictOf } from './verdict.ts';

/** The file of the build with an example of `data` for each type of event. */
export const samplesFile = 'event-samples.json';

const mostSeconds = 15;

/**
 * Calls the target of a webhook once, whether it is active or not, with an example of an event. Nothing of it is kept.
 *
 * @throws NOT_FOUND
 */
async function tryOut(tenant: Tenant, id: string, type: EventType): Promise<z.input<typeof TestResult>> {
  const webhook = await requireEntity(webhooks, tenant, id);
  const samples = JSON.parse((await asset(samplesFile)).toString('utf8')) as Readonly<Record<EventType, object>>;
  const now = Date.now();
  const event = { id: uuidv7({ msecs: now }), type, happenedAt: now, data: JSON.stringify(samples[type]) };
  const body = bodyFor(webhook.values.kind, tenant.id, event);
  const sent = { id: eventIdOf(event.id), type, body };
  const result = await callTargets.open().call(await callOf(tenant.reference, webhook, sent, 1, mostSeconds));
  const verdict = verdictOf(result, { tries: 1, maxAttempts: 1 }, now, 0);
  return {
    delivered: verdict.kind === 'success',
    response_status: 'status' in result ? result.status : null,
    duration_ms: result.durationMilliseconds,
    response_body: 'body' in result ? result.body : null,
    error: verdict.kind === 'success' ? null : verdict.error,
    payload: parseExactly(body) as Record<string, unknown>,
  };
}

export const tryWebhooks = defineCapability({
  tables: openSecrets.tables ?? {},
  secrets: 'open',
  settings: callTargets.settings ?? [],
  raises: ['NOT_FOUND'],
  open: () => ({ tryOut }),
});
