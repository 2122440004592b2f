import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { findEntity } from '../entity/rows.ts';
import { parseExactly } from '../json/exact.ts';
import { type MatchWorkflowsMessage, RunMessage } from '../messages/workflows.ts';
import { type PublicationRow, type Published, readPublication } from '../outbox/publish.ts';
import { sendTo } from '../queue/sender.ts';
import { whole } from '../submissions/whole.ts';
import { createdAtOf, idFor } from '../table/ids.ts';
import { keyOf } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { bodyOf, eventIdOf } from '../webhooks/body.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import { fits, type Happened, startsSomething } from './fits.ts';
import { type ThinWorkflow, workflows } from './kind.ts';
import { AlreadyStarted, begin } from './start.ts';
import { findVersion } from './version-rows.ts';

/** Which workflows an event starts: one execution for each whose trigger fits. */

const main = new Table('main');
/** The longest cooldown. */
const keptSeconds = 2_592_000;

type Candidate = ThinWorkflow & { readonly sk: string };

/**
 * Starts the workflows of an event. May be repeated: an execution is named by its event and its workflow, so a
 * repetition finds it, and asks again to run it, which is done once.
 */
async function match({ tenant, ...row }: MatchWorkflowsMessage): Promise<void> {
  const [publication, workspace] = await main.getMany<Row>([keyOf(row), workspaceKeys.workspace(tenant)]);
  if (!publication || !workspace) return;
  const event = readPublication(publication as unknown as PublicationRow);
  if (!startsSomething(event)) return;
  const all = await main.queryAll<Candidate>(entityKeys.thins(tenant, workflows.name));
  const active = all.filter(({ is_active, active_since }) => is_active && active_since <= event.publishedAt);
  if (active.length === 0) return;
  const happened = await asked(tenant, event, active);
  const fitting = active.filter(({ trigger }) => fits(trigger, happened));
  const told = fitting.length === 0 ? undefined : await whole(tenant, event);
  if (!told) return;
  const of = tenantOf(workspace as unknown as WorkspaceRow);
  await sideBySide(fitting, (workflow) => start(of, workflow, told, happened), Number.POSITIVE_INFINITY);
}

/** The tags of the device are read only if a trigger asks for them. */
async function asked(tenant: TenantReference, event: Published, active: readonly Candidate[]): Promise<Happened> {
  const data = parseExactly(event.data) as Readonly<Record<string, unknown>>;
  const needsTags = active.some(({ trigger }) => 'device_tags' in trigger && trigger.device_tags !== undefined);
  const device = needsTags ? await findEntity(devices, tenant, String(data.deviceId)) : undefined;
  return { type: event.type, data, about: event.about, deviceTags: device?.values.tags ?? [] };
}

/** The workflow was started for the same device too short a time ago. */
class CoolsDown extends Error {}

async function start(tenant: Tenant, workflow: Candidate, event: Published, { data }: Happened): Promise<void> {
  const { sk: workflowId, version_num: versionNum, cooldown_seconds: cooldown } = workflow;
  const { reference } = tenant;
  const version = await findVersion(reference, workflowId, versionNum);
  // It was deleted meanwhile.
  if (!version) return;
  const executionId = idFor(createdAtOf(event.id), `${event.id} ${workflowId}`);
  const deviceId = typeof data.deviceId === 'string' ? data.deviceId : '-';
  try {
    await retryingRaces(async () => {
      const now = Date.now();
      const transaction = new Transaction();
      const [eventId, body] = [eventIdOf(event.id), bodyOf(tenant.id, event)];
      const beginning = { id: executionId, workflowId, versionNum, eventId, event: body, steps: version.steps };
      begin(transaction, tenant, { ...beginning, mode: 'live' }, now);
      const cool = { expression: 'attribute_not_exists(#at) OR #at <= :before', names: { '#at': 'startedAt' } };
      const row = { startedAt: now, ttl: Math.ceil(now / 1000) + keptSeconds };
      const before = { ...cool, values: { ':before': now - cooldown * 1000 } };
      const key = workflowKeys.lastStart(reference, workflowId, deviceId);
      transaction.put(main, key, row, before, () => new CoolsDown());
      const there = { expression: 'attribute_exists(pk)' };
      transaction.check(main, entityKeys.thin(reference, workflows.name, workflowId), there, () => new CoolsDown());
      await transaction.commit();
    });
  } catch (error) {
    if (error instanceof CoolsDown) return;
    if (!(error instanceof AlreadyStarted)) throw error;
  }
  await sendTo(RunMessage.order({ tenant: reference, workflowId, executionId, turn: 0 }), workflowId);
}

export const matchWorkflows = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'ConditionCheckItem'], access: ['UpdateItem'] },
  sendsTo: [RunMessage],
  open: () => ({ match }),
});
