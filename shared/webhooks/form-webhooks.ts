import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { readReferrer, referrersWith } from '../entity/links.ts';
import { findEntity, readEntity } from '../entity/rows.ts';
import { unlinks } from '../entity/unlink.ts';
import { endedBy, type Unlinked, writeEntity } from '../entity/write.ts';
import { requireForm } from '../fieldwork/form.ts';
import { log } from '../log/log.ts';
import type { Actor } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { FormWebhook } from './form-wire.ts';
import { formTarget, type Webhook, webhooks } from './kind.ts';

/**
 * Webhooks of a form: targets that get each of its submissions, as it is. They are webhooks like all others, with the
 * kind `form`; a reference names the form, so they are deleted with it.
 */

const main = new Table('main');

export const showFormWebhook = ({ id, values, createdAt }: Unlinked<typeof webhooks>): FormWebhook => ({
  id,
  form_id: values.form_id!,
  url: values.url,
  has_secret: values.secret_hint !== '',
  is_active: values.is_active,
  created_at: printInstant(createdAt),
});

/** The ids of the webhooks of a form, from its references, which remain for a while after it is deleted. */
async function idsOf(tenant: TenantReference, formId: string): Promise<string[]> {
  const between = referrersWith('cascade', webhooks.name);
  const rows = await main.queryAll<{ sk: string }>(entityKeys.references(tenant, formTarget.kind, formId), { between });
  return rows.map(({ sk }) => readReferrer(sk).id);
}

/** All of a form, newest first. @throws NOT_FOUND for the form */
async function list(caller: Caller, formId: string): Promise<FormWebhook[]> {
  const { reference } = caller.tenant;
  const [, ids] = await Promise.all([requireForm(caller, formId), idsOf(reference, formId)]);
  const rows = await main.getMany<Row>(ids.map((id) => entityKeys.body(reference, webhooks.name, id)));
  const found = rows.flatMap((row) => (row ? [readEntity(row) as Webhook] : []));
  return found.sort((a, b) => (a.id < b.id ? 1 : -1)).map(showFormWebhook);
}

/** @throws NOT_FOUND for the form, and for an id of no webhook of the form */
async function remove(caller: Caller, formId: string, id: string): Promise<void> {
  await requireForm(caller, formId);
  await retryingRaces(async () => {
    const before = await findEntity(webhooks, caller.tenant.reference, id);
    if (before?.values.form_id !== formId) throw notFound('webhook');
    await writeEntity(webhooks, caller, before, undefined);
  });
}

/**
 * Removes the webhooks of a form that was deleted, so that no read finds them after the response to its deletion. A
 * worker removes what is left if this fails.
 */
async function removeAll(actor: Actor, formId: string): Promise<void> {
  try {
    const ids = await idsOf(actor.tenant.reference, formId);
    for (const id of ids) await unlinks(webhooks).drop(actor, id);
  } catch (error) {
    log().warn('webhooks of a deleted form are left to the worker', { formId, error: String(error) });
  }
}

export const readsOfForm = { main: ['GetItem', 'BatchGetItem', 'Query'] } as const;

export const listFormWebhooks = defineCapability({
  tables: readsOfForm,
  raises: ['NOT_FOUND'],
  open: () => ({ list }),
});

const removing = { tables: together([tablesOf(webhooks, 'delete'), readsOfForm]), handsTo: endedBy(webhooks) };

export const deleteFormWebhooks = defineCapability({
  ...removing,
  raises: ['NOT_FOUND'],
  open: () => ({ delete: remove }),
});

export const removeWebhooksOfForms = defineCapability({ ...removing, open: () => ({ removeAll }) });
