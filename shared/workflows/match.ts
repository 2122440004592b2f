import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { findEntity } from '../entity/rows.ts';
import { type FiredEffects, firedEffects, firedOf } from '../geofences/effects.ts';
import { parseExactly } from '../json/exact.ts';
import { RunActionsMessage } from '../messages/run-actions.ts';
import { type MatchWorkflowsMessage, RunMessage, WatchMessage } from '../messages/workflows.ts';
import type { Published } from '../outbox/publish.ts';
import { readPublished } from '../outbox/published.ts';
import { sendTo } from '../queue/sender.ts';
import { completeEvent } from '../submissions/complete-event.ts';
import { createdAtOf, idFor } from '../table/ids.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { tenantOf } from '../tenancy/workspace-record.ts';
import { bodyOf, eventIdOf } from '../webhooks/body.ts';
import { concurrently } from '../worker/concurrently.ts';
import { fits, type Happened } from './fits.ts';
import { workflows } from './kind.ts';
import { type Candidate, startLive } from './start-live.ts';
import { arm } from './watch-rows.ts';

/** Which workflows an event starts: one execution for each whose trigger fits, or that the geofence of the event names. */

const main = new Table('main');

/**
 * Starts the workflows of an event. Idempotent: the id of an execution follows from its event and its workflow, so a
 * retry finds it, and requests again to run it, which is done once.
 */
async function match(message: MatchWorkflowsMessage): Promise<void> {
  const found = await readPublished(message);
  if (!found) return;
  const { tenant } = message;
  const { event, workspace } = found;
  if (event.type === 'device.registered') return await watchNew(tenant, event);
  const effects = firedEffects(event);
  await askForEffects(message, effects);
  const all = await main.queryAll<Candidate>(entityKeys.thins(tenant, workflows.name));
  const active = all.filter(({ is_active, active_since }) => is_active && active_since <= event.publishedAt);
  if (active.length === 0) return;
  const happened = await factsOf(tenant, event, active);
  const named = new Set(firedOf(effects, 'workflow').map(({ workflowId }) => workflowId));
  const fitting = active.filter(({ sk, trigger }) => named.has(sk) || fits(trigger, happened));
  const complete = fitting.length === 0 ? undefined : await completeEvent(tenant, event);
  if (!complete) return;
  const of = tenantOf(workspace);
  await concurrently(fitting, (workflow) => start(of, workflow, complete, happened), Number.POSITIVE_INFINITY);
}

/** Another worker performs the other effects of the geofence's action: commands and notifications. */
async function askForEffects(message: MatchWorkflowsMessage, effects: FiredEffects): Promise<void> {
  const asks = effects.some(([, { type }]) => type === 'command' || type === 'notification');
  if (asks) await sendTo(RunActionsMessage.order(message), message.tenant);
}

/** The tags of the device are read only if a trigger asks for them. */
async function factsOf(tenant: TenantReference, event: Published, active: readonly Candidate[]): Promise<Happened> {
  const data = parseExactly(event.data) as Readonly<Record<string, unknown>>;
  const needsTags = active.some(({ trigger }) => 'device_tags' in trigger && trigger.device_tags !== undefined);
  const device = needsTags ? await findEntity(devices, tenant, String(data.deviceId)) : undefined;
  return { type: event.type, data, about: event.about, deviceTags: device?.values.tags ?? [] };
}

async function start(tenant: Tenant, workflow: Candidate, event: Published, { data }: Happened): Promise<void> {
  const { sk: workflowId } = workflow;
  const id = idFor(createdAtOf(event.id), `${event.id} ${workflowId}`);
  const deviceId = typeof data.deviceId === 'string' ? data.deviceId : undefined;
  const starting = { id, eventId: eventIdOf(event.id), event: bodyOf(tenant.id, event), deviceId };
  if (!(await startLive(tenant, workflow, starting))) return;
  await sendTo(RunMessage.order({ tenant: tenant.reference, workflowId, executionId: id, turn: 0 }), workflowId);
}

/** A new device is watched from now on, if a workflow watches devices. */
async function watchNew(tenant: TenantReference, event: Published): Promise<void> {
  const all = await main.queryAll<Candidate>(entityKeys.thins(tenant, workflows.name));
  if (!all.some(({ is_active, trigger }) => is_active && trigger.type === 'device_offline')) return;
  for (const id of event.about.device_ids ?? []) await arm(tenant, id);
}

export const matchWorkflows = defineCapability({
  tables: {
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
    access: ['UpdateItem'],
  },
  sendsTo: [RunMessage, RunActionsMessage],
  defersTo: [WatchMessage],
  open: () => ({ match }),
});
