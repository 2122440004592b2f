import type { Tables } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { type DeviceHead, headOf } from '../devices/head.ts';
import { readDevice, type StoredDevice } from '../devices/stored.ts';
import { putDue } from '../due/due.ts';
import { together } from '../entity/grants.ts';
import { showOne } from '../entity/show.ts';
import { RunMessage } from '../messages/workflows.ts';
import { sendTo } from '../queue/sender.ts';
import { setAll } from '../table/expressions.ts';
import { idFor } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { asLostRace, lostRace, retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { printInstant } from '../wire/schema.ts';
import { has } from './fits.ts';
import { workflows } from './kind.ts';
import { type Candidate, startLive } from './start-live.ts';
import type { TriggerOf } from './triggers.ts';
import { asRead, timerAt, type WatchRow } from './watch-rows.ts';

/**
 * Handles the timer of a device: starts the workflows for which the device has been silent long enough, each once until
 * the device is seen again, and sets the timer to the next time that may matter.
 */

const main = new Table('main');
const millisecondsPerMinute = 60_000;
const usualMinutes = 10;
/** After this time, the sweeper sends the message of an execution again, in case it was lost. */
const lostMilliseconds = 60_000;

type Watching = Candidate & { readonly trigger: TriggerOf<'device_offline'> };

const silenceOf = ({ trigger }: Watching): number => (trigger.after_minutes ?? usualMinutes) * millisecondsPerMinute;

/** The timer was set anew since it was read. */
class Moved extends Error {}

interface Scene {
  readonly tenant: Tenant;
  readonly device: StoredDevice;
  /** When the device was last seen, in milliseconds since 1970; undefined if never. */
  readonly seen: number | undefined;
  readonly watch: WatchRow;
  readonly watching: readonly Watching[];
  /** The ids of all workflows that there are. */
  readonly known: ReadonlySet<string>;
  readonly now: number;
}

/** A timer that nothing needs any more. */
interface Idle {
  readonly idle: WatchRow;
}

/** Idempotent. */
export async function look(reference: TenantReference, deviceId: string): Promise<void> {
  await retryingRaces(async () => {
    const scene = await read(reference, deviceId);
    if (!scene) return;
    if ('idle' in scene) await drop(reference, deviceId, scene.idle);
    else await act(scene).catch(asLostRaceIfMoved);
  });
}

function asLostRaceIfMoved(error: unknown): never {
  throw error instanceof Moved ? lostRace() : error;
}

async function read(reference: TenantReference, deviceId: string): Promise<Scene | Idle | undefined> {
  // Taken before the device is read, so that it is not later than anything that the device sends afterwards.
  const now = Date.now();
  const [row, workspace, body, head] = await main.getMany<Row>([
    workflowKeys.watch(reference, deviceId),
    workspaceKeys.workspace(reference),
    entityKeys.body(reference, devices.name, deviceId),
    deviceKeys.head(reference, deviceId),
  ]);
  if (!row) return undefined;
  const watch = row as unknown as WatchRow;
  const all = await main.queryAll<Candidate>(entityKeys.thins(reference, workflows.name));
  const watching = all.filter((one): one is Watching => mayConcern(one, deviceId));
  if (!workspace || !body || watching.length === 0) return { idle: watch };
  return {
    tenant: tenantOf(workspace as unknown as WorkspaceRow),
    device: readDevice(body),
    seen: (head as DeviceHead | undefined)?.lastSeenAt,
    watch,
    watching,
    known: new Set(all.map(({ sk }) => sk)),
    now,
  };
}

/** Whether a workflow watches the device, now or once the device has a tag. */
const mayConcern = ({ is_active, trigger }: Candidate, deviceId: string): boolean =>
  is_active && trigger.type === 'device_offline' && has(trigger.device_ids, deviceId);

/** Deletes a timer, unless a newly activated workflow has armed it again. */
async function drop(reference: TenantReference, deviceId: string, watch: WatchRow): Promise<void> {
  await main.delete(workflowKeys.watch(reference, deviceId), asRead(watch)).catch(asLostRace);
}

async function act(scene: Scene): Promise<void> {
  const { tenant, device, watch, watching, known, now, seen } = scene;
  let fired = Object.fromEntries(Object.entries(watch.fired ?? {}).filter(([id]) => known.has(id)));
  for (const workflow of watching) {
    if (seen === undefined || !isDue(scene, workflow, fired[workflow.sk])) continue;
    fired = { ...fired, [workflow.sk]: seen };
    await start(scene, workflow, seen, fired);
  }
  const next = Math.min(...watching.map((workflow) => nextLook(workflow, seen, now)));
  const key = workflowKeys.watch(tenant.reference, device.id);
  const set = { ...timerAt(tenant.reference, device.id, next), fired };
  await main.update(key, setAll(set), asRead(watch)).catch(asLostRace);
}

/** Devices that are switched off or in maintenance are silent for a reason. */
const awaited: readonly string[] = ['ACTIVE', 'OFFLINE'];

/**
 * A workflow is started by a silence that became long enough while it was active. A connected device is not silent,
 * however rarely it sends something.
 */
function isDue({ device, seen = 0, now }: Scene, workflow: Watching, firedFor: number | undefined): boolean {
  const { tags, status, connected } = device.values;
  const at = seen + silenceOf(workflow);
  if (at > now || at < workflow.active_since || firedFor === seen) return false;
  return !connected && awaited.includes(status) && has(workflow.trigger.device_tags, ...tags);
}

/** When the device may next have been silent long enough: counted from when it was last seen, or else from now. */
function nextLook(workflow: Watching, seen: number | undefined, now: number): number {
  const at = (seen ?? 0) + silenceOf(workflow);
  return at > now ? at : now + silenceOf(workflow);
}

/** Starts a workflow, and notes for which silence, in one transaction. */
async function start(
  { tenant, device, watch }: Scene,
  workflow: Watching,
  seen: number,
  fired: Readonly<Record<string, number>>,
): Promise<void> {
  const { reference } = tenant;
  const at = seen + silenceOf(workflow);
  const id = idFor(at, `${workflow.sk} ${device.id} ${seen}`);
  const head = { id: `evt_${id}`, type: 'device.offline', workspace_id: tenant.id, occurred_at: printInstant(at) };
  const shown = await showOne(devices, tenant, device);
  const data = { ...shown, deviceId: device.id, deviceName: device.values.name };
  const starting = { id, eventId: head.id, event: JSON.stringify({ ...head, data }), deviceId: device.id };
  const message = { tenant: reference, workflowId: workflow.sk, executionId: id, turn: 0 };
  const isThere = await startLive(tenant, workflow, starting, (transaction) => {
    const key = workflowKeys.watch(reference, device.id);
    transaction.update(main, key, setAll({ fired }), asRead(watch), () => new Moved());
    putDue(transaction, reference, `execution#${id}`, RunMessage, [{ at: Date.now() + lostMilliseconds, message }]);
  });
  if (isThere) await sendTo(RunMessage.order(message), workflow.sk);
}

export const tablesOfLook: Tables = together([
  headOf.tables,
  { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'] },
  { access: ['UpdateItem'] },
]);
