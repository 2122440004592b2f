import type { CommandDraft } from '../commands/command.ts';
import { createCommands } from '../commands/create.ts';
import type { DeviceEventRow, Severity } from '../events/device-event.ts';
import { showTimelineEvent } from '../events/shown.ts';
import { changeGeofences } from '../geofences/update.ts';
import type { GeofenceFields } from '../geofences/wire.ts';
import type { Recording } from '../http/once.ts';
import { publish } from '../outbox/publish.ts';
import { Problem } from '../problems/problem.ts';
import { idFor } from '../table/ids.ts';
import { deviceEventKeys } from '../table/keys/device-events.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import { countEvents } from '../usage/events.ts';
import { Tags } from '../wire/tags.ts';
import { missing, parsePath, readPath } from './path.ts';
import type { Effect, Scene } from './perform.ts';

/** Effects inside the platform. Each is in one transaction with the end of its step, so it happens once. */

const telemetry = new Table('telemetry');
const commandSeconds = 300;

/** What a refusal of the platform means for a step. */
function refused(error: unknown): Effect {
  if (!(error instanceof Problem)) throw error;
  return { error: error.code, isRetryable: error.code === 'SERVICE_UNAVAILABLE' };
}

/** The id that a step names, or that of the event; empty if there is none. */
function named(input: unknown, { scope }: Scene, field: string): string {
  const found = input ?? readPath(scope, parsePath(`event.data.${field}`)!);
  return typeof found === 'string' && found !== '' && found !== (missing as unknown) ? found : '';
}

const none = (what: string): Effect => ({ error: `no_${what}`, isRetryable: false });

export async function commandEffect(input: Record<string, unknown>, scene: Scene): Promise<Effect> {
  const { caller, effectId, startedAt } = scene;
  const deviceId = named(input.device_id, scene, 'deviceId');
  if (deviceId === '') return none('device');
  const id = idFor(startedAt, effectId);
  const draft = { type: input.command_type, payload: input.payload, timeoutSeconds: commandSeconds } as CommandDraft;
  const output = { command_id: id, device_id: deviceId };
  return await createCommands
    .open()
    .create(caller, deviceId, draft, scene.once(output), id)
    .then(() => ({ output }), refused);
}

export async function geofenceEffect(input: Record<string, unknown>, scene: Scene): Promise<Effect> {
  const geofenceId = named(input.geofence_id, scene, 'geofenceId');
  if (geofenceId === '') return none('geofence');
  const set = input.set as GeofenceFields;
  if (set.tags !== undefined && !Tags.safeParse(set.tags).success) return { error: 'invalid_tags', isRetryable: false };
  const output = { geofence_id: geofenceId };
  return await changeGeofences
    .open()
    .update(scene.caller, geofenceId, set, 'patch', undefined, scene.once(output))
    .then(() => ({ output }), refused);
}

/** Stores an event in the timeline of the device of the event, or of the workspace, and publishes it. */
export async function eventEffect(input: Record<string, unknown>, scene: Scene): Promise<Effect> {
  const { caller, effectId, startedAt } = scene;
  const { tenant } = caller;
  const deviceId = named(undefined, scene, 'deviceId') || null;
  const now = Date.now();
  const id = idFor(startedAt, effectId);
  const type = `custom.${input.event_type}`;
  const row: DeviceEventRow = {
    id,
    type,
    severity: (input.severity ?? 'INFO') as Severity,
    occurredAt: startedAt,
    receivedAt: now,
    data: JSON.stringify(input.data ?? {}),
    source: 'SYSTEM',
    ttl: loggedUntil(tenant.plan, now),
  };
  const shown = showTimelineEvent(row, { tenantId: tenant.id, deviceId, siteId: null });
  const output = { event_id: id, type };
  const recording: Recording = scene.once(output);
  await retryingRaces(async () => {
    const transaction = new Transaction();
    const key = deviceEventKeys.event(tenant.reference, deviceId ?? workspaceTimeline, startedAt, id);
    transaction.put(telemetry, key, { ...row });
    countEvents(transaction, tenant.reference, deviceId ?? workspaceTimeline, 1);
    publish(transaction, tenant, { id, type: 'custom.event', subject: deviceId ?? tenant.id, data: shown });
    recording.record(transaction, { status: 200, body: output });
    await transaction.commit();
  });
  return { output };
}

/** The timeline of events that concern no device. */
const workspaceTimeline = 'workspace';
