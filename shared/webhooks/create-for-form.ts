import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { problemsOf, tablesOf, together } from '../entity/grants.ts';
import { writeEntity } from '../entity/write.ts';
import { requireForm } from '../fieldwork/form.ts';
import type { Once } from '../http/once.ts';
import { checkTargets } from '../outbound/check.ts';
import { sealSecrets } from '../secrets/secrets.ts';
import { newId } from '../table/ids.ts';
import { retryingRaces } from '../table/races.ts';
import { readsOfForm, showFormWebhook } from './form-webhooks.ts';
import type { FormWebhook, FormWebhookDraft } from './form-wire.ts';
import { webhooks } from './kind.ts';
import { sealKept } from './sealed.ts';
import { hintOf } from './signature.ts';
import { nameFor } from './target-fields.ts';

/**
 * Creates a webhook of a form. Without a secret it signs nothing.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
 * @throws NOT_FOUND for the form, URL_FORBIDDEN, QUOTA_EXCEEDED
 */
async function create(
  caller: Caller,
  formId: string,
  { url, secret }: FormWebhookDraft,
  ownHost: string,
  once: Once,
): Promise<FormWebhook> {
  const { reference } = caller.tenant;
  await requireForm(caller, formId);
  await checkTargets.open().check(url, [ownHost]);
  const now = Date.now();
  const id = newId(now);
  const secrets = secret === undefined ? [] : [{ secret }];
  const made = newEntity(
    webhooks,
    {
      kind: 'form',
      form_id: formId,
      name: nameFor(url),
      url,
      events: ['submission.created'],
      filter: { form_ids: [formId] },
      secret_hint: secret === undefined ? '' : hintOf(secret),
      sealed: await sealKept(reference, id, { secrets, auth: null }),
      own_host: ownHost,
      active_since: now,
    },
    id,
  );
  return await retryingRaces(async () => {
    // The form may have been deleted since: the write is a lost race then.
    await requireForm(caller, formId);
    await writeEntity(webhooks, caller, undefined, made, (transaction) =>
      once.record(transaction, { status: 201, body: showFormWebhook(made) }),
    );
    return showFormWebhook(made);
  });
}

export const createFormWebhooks = defineCapability({
  tables: together([tablesOf(webhooks, 'create'), sealSecrets.tables ?? {}, readsOfForm]),
  settings: checkTargets.settings ?? [],
  secrets: 'seal',
  raises: [
    ...problemsOf(webhooks, 'create').filter((code) => code !== 'VALIDATION_ERROR'),
    'NOT_FOUND',
    'URL_FORBIDDEN',
  ],
  open: () => ({ create }),
});
