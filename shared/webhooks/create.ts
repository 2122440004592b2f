import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { problemsOf, shownTables, tablesOf, together } from '../entity/grants.ts';
import { requireKept } from '../entity/references.ts';
import { showOne } from '../entity/show.ts';
import { writeEntity } from '../entity/write.ts';
import type { SecretOnce } from '../http/once.ts';
import { checkTargets } from '../outbound/check.ts';
import { sealSecrets } from '../secrets/secrets.ts';
import { newId } from '../table/ids.ts';
import { retryingRaces } from '../table/races.ts';
import { masked, unmasked } from './auth.ts';
import { webhooks } from './kind.ts';
import { sealKept } from './sealed.ts';
import { hintOf, newSecret } from './signature.ts';
import type { WebhookDraft, WebhookWithSecret } from './wire.ts';

/**
 * Creates a webhook.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
 * @throws URL_FORBIDDEN, QUOTA_EXCEEDED, VALIDATION_ERROR
 */
async function create(
  caller: Caller,
  { secret = newSecret(), ...given }: WebhookDraft,
  ownHost: string,
  once: SecretOnce,
): Promise<z.input<typeof WebhookWithSecret>> {
  await checkTargets.open().check(given.url, [ownHost]);
  const auth = given.auth ? unmasked(given.auth, null) : null;
  const now = Date.now();
  const id = newId(now);
  // A refused request leaves nothing behind, and so no key to seal with.
  await requireKept(webhooks, caller.tenant.reference, undefined, newEntity(webhooks, given).values);
  const sealed = await sealKept(caller.tenant.reference, id, { secrets: [{ secret }], auth });
  const made = newEntity(
    webhooks,
    { ...given, auth: masked(auth), secret_hint: hintOf(secret), sealed, own_host: ownHost, active_since: now },
    id,
  );
  await retryingRaces(() =>
    writeEntity(webhooks, caller, undefined, made, (transaction) => once.recordSecret(transaction, id)),
  );
  return { ...(await showOne(webhooks, caller.tenant, { ...made, links: [] })), secret };
}

export const createWebhooks = defineCapability({
  tables: shownTables(webhooks, together([tablesOf(webhooks, 'create'), sealSecrets.tables ?? {}])),
  settings: checkTargets.settings ?? [],
  secrets: 'seal',
  raises: [...problemsOf(webhooks, 'create'), 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  open: () => ({ create }),
});
