import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { channels } from '../channels/kind.ts';
import { sending, sendThrough } from '../channels/send.ts';
import { createCommands } from '../commands/create.ts';
import { together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { type FenceEffectOf, firedEffects, firedOf } from '../geofences/effects.ts';
import { parseExactly } from '../json/exact.ts';
import { log } from '../log/log.ts';
import type { RunActionsMessage } from '../messages/run-actions.ts';
import type { Published } from '../outbox/publish.ts';
import { readPublished } from '../outbox/published.ts';
import { Problem } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import { createdAtOf, idFor } from '../table/ids.ts';
import { actionKeys } from '../table/keys/actions.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { messageOf, type ShownEvent } from './message.ts';

/**
 * Runs the effects of geofences that fire, except for webhooks and workflows, which have matchers of their own. Each
 * effect happens once for an event; only a mail may be sent again if the worker dies right after it.
 */

const access = new Table('access');
const commandTimeoutSeconds = 300;
/** Events can be redelivered for 7 days. */
const markRetentionSeconds = 8 * 86_400;

interface Scene {
  readonly caller: Caller;
  readonly event: Published;
  readonly about: ShownEvent;
}

/** Idempotent. */
async function run(message: RunActionsMessage): Promise<void> {
  const found = await readPublished(message);
  if (!found) return;
  const { event, workspace } = found;
  const scene = { caller: systemCaller(workspace), event, about: parseExactly(event.data) as ShownEvent };
  const effects = firedEffects(event);
  const commands = effects.flatMap(([at, effect]) => (effect.type === 'command' ? [command(scene, effect, at)] : []));
  const channelIds = [...new Set(firedOf(effects, 'notification').flatMap((one) => one.channelIds))];
  const acts = [...commands, ...channelIds.map((id) => notify(scene, id))];
  const failed = (await Promise.allSettled(acts)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The command was sent for this event before. */
class Done extends Error {}

const markOf = ({ caller, event }: Scene, effect: string) => ({
  key: actionKeys.done(caller.tenant.reference, event.id, effect),
  row: { ttl: Math.ceil(Date.now() / 1000) + markRetentionSeconds },
});

async function command(scene: Scene, effect: FenceEffectOf<'command'>, at: number): Promise<void> {
  const { caller, event, about } = scene;
  const mark = markOf(scene, `command ${at}`);
  const once = {
    record: (transaction: Transaction) => void transaction.put(access, mark.key, mark.row, absent, () => new Done()),
  };
  const draft = { type: effect.commandType, payload: { ...effect.payload }, timeoutSeconds: commandTimeoutSeconds };
  const id = idFor(createdAtOf(event.id), `${event.id} command ${at}`);
  try {
    await createCommands.open().create(caller, about.deviceId, draft, once, id);
  } catch (error) {
    if (error instanceof Done) return;
    if (!(error instanceof Problem) || error.code === 'SERVICE_UNAVAILABLE') throw error;
    drop(scene, 'command', error.code);
  }
}

async function notify(scene: Scene, channelId: string): Promise<void> {
  const { caller, event, about } = scene;
  const mark = markOf(scene, `channel ${channelId}`);
  if (await access.get(mark.key)) return;
  const channel = await findEntity(channels, caller.tenant.reference, channelId);
  if (!channel) return drop(scene, channelId, 'unknown_reference');
  if (!channel.values.enabled) return;
  const failed = await sendThrough(caller.tenant, channel, { ...messageOf(about), event });
  if (failed?.isRetryable) throw new Error(`Nothing was sent through the channel ${channelId}: ${failed.error}`);
  if (failed) return drop(scene, channelId, failed.error);
  await access.put(mark.key, mark.row);
}

/** Logs and skips an effect that cannot succeed; no caller waits for it. */
function drop({ caller, event }: Scene, target: string, reason: string): void {
  log().warn('action dropped', { tenant: caller.tenant.id, event: event.id, target, reason });
}

export const runActions = defineCapability({
  ...sending,
  tables: together([
    createCommands.tables ?? {},
    sending.tables,
    { main: ['BatchGetItem', 'GetItem'], access: ['GetItem', 'PutItem'] },
  ]),
  defersTo: [...sending.defersTo, ...(createCommands.defersTo ?? [])],
  handsTo: createCommands.handsTo ?? [],
  open: () => ({ run }),
});
