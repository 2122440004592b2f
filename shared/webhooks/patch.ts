import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { putDue } from '../due/due.ts';
import { merged } from '../entity/fields.ts';
import { problemsOf, shownTables, tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { type ShownEntity, showOne } from '../entity/show.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { sameJson } from '../json/equality.ts';
import { GoThroughMessage } from '../messages/webhooks.ts';
import { checkTargets } from '../outbound/check.ts';
import { sealSecrets } from '../secrets/secrets.ts';
import { retryingRaces } from '../table/races.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { masked, unmasked } from './auth.ts';
import { type Webhook, webhooks } from './kind.ts';
import { openKept, sealKept } from './sealed.ts';
import { nameFor } from './target-fields.ts';
import type { WebhookPatch } from './wire.ts';

type Values = Webhook['values'];

/**
 * Merges the given fields into a webhook. The deliveries that wait are skipped when it becomes inactive.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
 * @throws NOT_FOUND, PRECONDITION_FAILED, URL_FORBIDDEN, VALIDATION_ERROR
 */
async function patch(
  caller: Caller,
  id: string,
  given: WebhookPatch,
  ownHost: string,
  ifMatch: VersionMatch | undefined,
): Promise<ShownEntity<typeof webhooks>> {
  const { tenant } = caller;
  requireVersion(ifMatch, (await requireEntity(webhooks, tenant, id)).version);
  if (given.url !== undefined) await checkTargets.open().check(given.url, [ownHost]);
  return await retryingRaces(async () => {
    const before = await requireEntity(webhooks, tenant, id);
    requireVersion(ifMatch, before.version);
    const values = await nextValues(tenant.reference, before, given, ownHost);
    if (sameJson(values, before.values)) return await showOne(webhooks, tenant, before);
    const after = nextVersion(before, values);
    const shown = await showOne(webhooks, tenant, after);
    await writeEntity(webhooks, caller, before, after, (transaction) => {
      if (before.values.is_active && !values.is_active) skipWaiting(transaction, tenant.reference, id);
    });
    return shown;
  });
}

async function nextValues(
  tenant: TenantReference,
  before: Webhook,
  given: WebhookPatch,
  ownHost: string,
): Promise<Values> {
  const { values } = before;
  const { auth, ...asked } = given;
  const others = values.kind === 'form' ? ofForm(asked) : asked;
  const next: Values = {
    ...merged(webhooks.fields, values, others),
    ...(given.url === undefined || given.url === values.url ? {} : { own_host: ownHost }),
    ...activity(values, given.is_active ?? values.is_active),
  };
  if (auth === undefined) return next;
  const kept = await openKept(tenant, before);
  const opened = auth && unmasked(auth, kept.auth);
  if (sameJson(opened, kept.auth)) return next;
  return { ...next, auth: masked(opened), sealed: await sealKept(tenant, before.id, { ...kept, auth: opened }) };
}

/** The form decides what its webhooks get, and the URL their name: these fields of a body are ignored. */
function ofForm({ name: _name, events: _events, filter: _filter, ...rest }: Omit<WebhookPatch, 'auth'>) {
  return { ...rest, ...(rest.url === undefined ? {} : { name: nameFor(rest.url) }) };
}

/** A change of `is_active` clears the reason for which the platform had switched the webhook off. */
function activity(values: Values, isActive: boolean): Pick<Values, 'disabled_reason' | 'active_since'> {
  const { disabled_reason, active_since } = values;
  if (isActive === values.is_active) return { disabled_reason, active_since };
  return { disabled_reason: null, active_since: isActive ? Date.now() : active_since };
}

/** Lets a worker skip the waiting deliveries of a webhook within a minute; until then they are shown as skipped. */
export function skipWaiting(transaction: Transaction, tenant: TenantReference, webhookId: string): void {
  const message = { tenant, webhookId, job: 'skip' } as const;
  putDue(transaction, tenant, `webhook-skip#${webhookId}`, GoThroughMessage, [{ at: Date.now(), message }]);
}

export const patchWebhooks = defineCapability({
  tables: shownTables(webhooks, together([tablesOf(webhooks, 'change'), sealSecrets.tables ?? {}])),
  settings: checkTargets.settings ?? [],
  secrets: 'seal',
  defersTo: [GoThroughMessage],
  raises: [...problemsOf(webhooks, 'change'), 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  open: () => ({ patch }),
});
