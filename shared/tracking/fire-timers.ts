import { defineCapability } from '../capability/capability.ts';
import { readWithWorkspace } from '../devices/stored.ts';
import { together } from '../entity/grants.ts';
import { TimerMessage } from '../messages/tracking.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { Device } from '../transitions/device.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { mostStaysBeside, mostWrites, moveHead, moveStays, writesOfMove } from './commit.ts';
import { correctEvents } from './correct-events.ts';
import { writeEvents, writesOfEvent } from './events.ts';
import { type Head, type HeadRow, readHead, timerEventOf } from './head.ts';
import { known, type Setting } from './newest.ts';
import { sessionsOf } from './sessions.ts';
import { settingOf } from './subject.ts';
import { forgetOthers } from './surroundings.ts';
import { trackingTables } from './tables.ts';
import { nextDue, pendingTimers } from './timers.ts';

/** Records what has happened at geofences while a device was silent. */

const mostEvents = Math.floor((mostWrites - writesOfMove - mostStaysBeside) / writesOfEvent);

/** Idempotent: the head lists the events of timers that were recorded. */
async function fire({ tenant, deviceId }: TimerMessage): Promise<void> {
  await retryingRaces(async () => {
    const read = await readWithWorkspace(tenant, deviceId, deviceKeys.head(tenant, deviceId));
    const [row] = read?.rows ?? [];
    if (!read || !row) return;
    const setting = settingOf(systemCaller(read.workspace), read.workspace, read.device, Date.now());
    let head = readHead(row as HeadRow);
    if (head.rerunFrom !== undefined) head = await correctEvents(setting, head);
    while (head.dueAt !== undefined && head.dueAt <= setting.receivedAt) head = await recordDue(setting, head);
  });
}

async function recordDue(setting: Setting, before: Head): Promise<Head> {
  const { fences, firings } = await known(setting, before, []);
  const device = new Device(before.state);
  forgetOthers(device, fences);
  const { state } = device;
  const head = await moveStays(setting.tenant.reference, setting.device.id, before, state);
  const due = pendingTimers(state, fences, head.timerEvents).filter(({ actAt }) => actAt <= setting.receivedAt);
  const changes = due.slice(0, mostEvents).map(({ transition }) => ({ transition, late: false }));
  const transaction = new Transaction();
  const sessionAt = await sessionsOf(setting, head, changes);
  const events = writeEvents(transaction, { ...setting, fences, sessionAt }, changes, firings);
  const timerEvents = [...head.timerEvents, ...events.map(timerEventOf)];
  const next: Head = {
    ...head,
    sequence: head.sequence + 1,
    state,
    fired: firings,
    timerEvents,
    dueAt: nextDue(state, fences, timerEvents),
  };
  moveHead(transaction, setting.tenant.reference, setting.device.id, head, next, { events: changes.length });
  await transaction.commit();
  return next;
}

export const fireTimers = defineCapability({
  tables: together([trackingTables, { main: ['BatchGetItem'] }]),
  defersTo: [TimerMessage],
  open: () => ({ fire }),
});
