import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { firedEffects, firedOf } from '../geofences/effects.ts';
import { AttemptMessage, type MatchMessage } from '../messages/webhooks.ts';
import type { Published } from '../outbox/publish.ts';
import { readPublished } from '../outbox/published.ts';
import { completeEvent } from '../submissions/complete-event.ts';
import { createdAtOf } from '../table/ids.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { Table } from '../table/table.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import { takesEvents } from '../wire/webhook-kind.ts';
import { concurrently } from '../worker/concurrently.ts';
import { bodyFor } from './body.ts';
import { countDeliveries, deliver, tablesOfDelivery } from './deliver.ts';
import { type ThinWebhook, webhooks } from './kind.ts';
import { passes, selects } from './rules.ts';

/**
 * Which webhooks get an event: one delivery for each that subscribes to it, or that the geofence of the event names.
 */

const main = new Table('main');

type Candidate = ThinWebhook & { readonly sk: string };

/**
 * Creates the deliveries of an event. Idempotent: the id of a delivery follows from its event and its webhook, so a
 * retry finds it, and requests its first attempt again, which is made once.
 */
async function match(message: MatchMessage): Promise<void> {
  const found = await readPublished(message);
  if (!found) return;
  const { tenant } = message;
  const { event, workspace } = found;
  const all = await main.queryAll<Candidate>(entityKeys.thins(tenant, webhooks.name));
  const named = new Set(firedOf(firedEffects(event), 'webhook').map(({ webhookId }) => webhookId));
  const recipients = all.filter(
    (webhook) => isOlder(webhook, event) && (isNamed(webhook, named) || isSubscribed(webhook, event)),
  );
  const complete = recipients.length === 0 ? undefined : await completeEvent(tenant, event);
  if (!complete) return;
  const { id, plan } = workspace;
  const ttl = loggedUntil(plan, event.publishedAt);
  const made: string[] = [];
  const create = async (webhook: Candidate) => {
    if (await deliver(tenant, webhook, complete, bodyFor(webhook.kind, id, complete), ttl)) made.push(webhook.sk);
  };
  await concurrently(recipients, create, Number.POSITIVE_INFINITY);
  await countDeliveries(tenant, made.length);
}

/** A webhook that was created after the event does not get it, however late the event is handed on. */
const isOlder = ({ sk }: Candidate, { publishedAt }: Published): boolean => createdAtOf(sk) <= publishedAt;

const isNamed = (webhook: Candidate, named: ReadonlySet<string>): boolean =>
  named.has(webhook.sk) && takesEvents(webhook);

const isSubscribed = ({ events, filter }: Candidate, { type, about }: Published): boolean =>
  selects(events, type) && passes(filter, about);

export const matchWebhooks = defineCapability({
  tables: together([tablesOfDelivery, { main: ['GetItem', 'BatchGetItem', 'Query'] }]),
  sendsTo: [AttemptMessage],
  defersTo: [AttemptMessage],
  open: () => ({ match }),
});
