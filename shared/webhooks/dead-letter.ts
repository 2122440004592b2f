import { findEntity } from '../entity/rows.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { notifyAdmins } from '../notifications/notice.ts';
import { recordEvent } from '../outbox/event.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { LostRace } from '../table/faults.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import { dayName } from '../table/time-names.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { type DeliveryRow, waiting } from './delivery.ts';
import { type Webhook, webhooks } from './kind.ts';
import { skipWaiting } from './patch.ts';
import { deliveryKey, end, idle, type Outcome } from './record.ts';
import { count, isFailing } from './stats.ts';
import type { Verdict } from './verdict.ts';

/** Dead letters, and their consequences for the webhook. */

const [main, access] = [new Table('main'), new Table('access')];

type Dead = Extract<Verdict, { readonly kind: 'dead' }>;

/** The last attempt of a dead delivery. */
interface LastAttempt {
  readonly token: string;
  readonly outcome: Outcome;
}

/**
 * Ends a delivery as a dead letter. The admins are notified of the first one of a day, and a webhook whose target is
 * gone is switched off. A concurrent change of the delivery wins.
 */
export async function bury(
  tenant: TenantReference,
  webhookId: string,
  row: DeliveryRow,
  { error, gone }: Dead,
  last?: LastAttempt,
): Promise<void> {
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  if (!workspace) return;
  const outcome = last?.outcome ?? { status: row.responseStatus, durationMs: row.durationMs ?? 0, error };
  const asRead = () => (last ? unchanged({ claim: last.token }) : idle(row, Date.now()));
  const isDead = await retryingRaces(async () => {
    const webhook = await findEntity(webhooks, tenant, webhookId);
    if (!webhook || !(await isAsRead(tenant, row, last))) return false;
    const endIn = (transaction: Transaction) => end(transaction, tenant, row, 'dead', Date.now(), asRead(), outcome);
    if (gone && webhook.values.is_active) await switchOff(workspace, webhook, 'gone', endIn);
    else await endAsDead(workspace, webhook, endIn);
    return true;
  });
  if (!isDead) return;
  await count(tenant, webhookId, 'dead');
  await switchOffIfFailing(workspace, webhookId);
}

/** Whether this worker still has the delivery; if not, retrying a lost race is pointless. */
async function isAsRead(tenant: TenantReference, row: DeliveryRow, last?: LastAttempt): Promise<boolean> {
  const now = await main.get<DeliveryRow>(deliveryKey(tenant, row));
  return now?.attempts === row.attempts && waiting.includes(now.status) && (!last || now.claim === last.token);
}

/** Ends the delivery. If it is the first dead letter of the day, the admins are notified in the same transaction. */
async function endAsDead(workspace: WorkspaceRow, webhook: Webhook, endIn: (transaction: Transaction) => void) {
  const { reference } = workspace;
  const now = Date.now();
  const notified = webhookKeys.notified(reference, webhook.id, dayName(now));
  const isFirst = (await access.get(notified)) === undefined;
  const transaction = new Transaction();
  endIn(transaction);
  if (isFirst) {
    transaction.put(access, notified, { ttl: Math.ceil(now / 1000) + 2 * secondsPerDay }, absent, lostRace);
    recordEvent(transaction, systemCaller(workspace), {
      action: 'webhook.dead_letter',
      resourceType: 'webhook',
      resourceId: webhook.id,
      changes: {},
      handOver: [notifyAdmins(systemCaller(workspace).tenant, firstOfDay(webhook))],
    });
  }
  await transaction.commit();
}

const secondsPerDay = 86_400;
const linkOf = ({ id }: Webhook): string => `/api/v1/webhooks/${id}`;

const firstOfDay = (webhook: Webhook) => ({
  type: 'webhook.failing' as const,
  title: `The webhook "${webhook.values.name}" fails`,
  body: 'An event could not be delivered and is a dead letter now, the first one of this day. When the target works again, replay what it missed.',
  link: linkOf(webhook),
});

const reasons = {
  gone: 'Its target answered 410, which means that it wants no more calls.',
  failing: 'No call has succeeded for five days, and at least twenty events are dead letters.',
} as const;

/** Makes a webhook inactive, and notifies the admins. Waiting deliveries are skipped. */
async function switchOff(
  workspace: WorkspaceRow,
  webhook: Webhook,
  reason: keyof typeof reasons,
  also: (transaction: Transaction) => void = () => undefined,
): Promise<void> {
  const actor = systemCaller(workspace);
  const next = nextVersion(webhook, { ...webhook.values, is_active: false, disabled_reason: reason });
  await writeEntity(webhooks, actor, webhook, next, (transaction) => {
    also(transaction);
    skipWaiting(transaction, workspace.reference, webhook.id);
    recordEvent(transaction, actor, {
      action: 'webhook.disable',
      resourceType: 'webhook',
      resourceId: webhook.id,
      changes: { disabled_reason: [null, reason] },
      handOver: [
        notifyAdmins(actor.tenant, {
          type: 'webhook.disabled',
          title: `The webhook "${webhook.values.name}" was switched off`,
          body: `${reasons[reason]} Switch it on again when it works, and replay what it missed.`,
          link: linkOf(webhook),
        }),
      ],
    });
  });
}

async function switchOffIfFailing(workspace: WorkspaceRow, webhookId: string): Promise<void> {
  const { reference } = workspace;
  await retryingRaces(async () => {
    const webhook = await findEntity(webhooks, reference, webhookId);
    if (!webhook?.values.is_active) return;
    if (!(await isFailing(reference, webhookId, webhook.values.active_since))) return;
    await switchOff(workspace, webhook, 'failing');
  });
}

/** Ends a delivery whose webhook is inactive. */
export async function skip(tenant: TenantReference, row: DeliveryRow): Promise<void> {
  const transaction = new Transaction();
  const condition: Expression = idle(row, Date.now());
  end(transaction, tenant, row, 'skipped', Date.now(), condition);
  await transaction.commit().catch(unlessLost);
}

/** For `catch`: another writer has changed the delivery, so nothing is left to do. */
function unlessLost(error: unknown): void {
  if (!(error instanceof LostRace)) throw error;
}
