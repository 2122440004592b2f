import { devices } from '../devices/devices.ts';
import type { ShownPoint } from '../devices/point.ts';
import { dropDue, putDue } from '../due/due.ts';
import { TimerMessage } from '../messages/tracking.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { DeviceState } from '../transitions/device.ts';
import { countEvents } from '../usage/events.ts';
import { type Head, headAttributes, insideOf } from './head.ts';

/** Updates the head of a device: its row, the lists of devices inside geofences, and its timers. */

const main = new Table('main');

/** The most writes of one transaction. */
export const mostWrites = 100;

/** The most bytes of states of points in one transaction, which may have 4 MB in all. */
export const mostStateBytes = 2_000_000;

/** The writes of a move beside those for geofences that the device has entered or left: head, device, timers, usage. */
export const writesOfMove = 4;

export const timerSubject = (deviceId: string): string => `timer#${deviceId}`;

interface Moved {
  /** The newest point, if it is another one. */
  readonly newest?: ShownPoint | undefined;
  /** The number of events in this transaction. */
  readonly events?: number;
}

export function moveHead(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  before: Head,
  after: Head,
  { newest, events = 0 }: Moved = {},
): void {
  countEvents(transaction, tenant, deviceId, events);
  const attributes = { ...headAttributes(after), ...(newest ? { lastLocation: JSON.stringify(newest) } : {}) };
  const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  const removed = Object.keys(attributes).filter((name) => !(name in set));
  const asRead = unchanged({ sequence: before.sequence === 0 ? undefined : before.sequence });
  transaction.update(main, deviceKeys.head(tenant, deviceId), setAll(set, removed), asRead, lostRace);
  // A device that is being deleted must not get a head again.
  if (before.sequence === 0) {
    const exists = { expression: 'attribute_exists(pk)' };
    transaction.check(main, entityKeys.body(tenant, devices.name, deviceId), exists, lostRace);
  }
  moveInside(transaction, tenant, deviceId, before, after);
  if (after.dueAt === before.dueAt) return;
  const subject = timerSubject(deviceId);
  if (after.dueAt === undefined) dropDue(transaction, tenant, subject);
  else putDue(transaction, tenant, subject, TimerMessage, [{ at: after.dueAt, message: { tenant, deviceId } }]);
}

function moveInside(transaction: Transaction, tenant: TenantReference, deviceId: string, before: Head, after: Head) {
  const { entered, left } = stays(before.state, after.state);
  for (const id of entered) {
    const activatedAt = after.state.pairs.get(id)?.activatedAt;
    transaction.put(main, deviceKeys.insideOne(tenant, id, deviceId), { activatedAt });
  }
  for (const id of left) transaction.delete(main, deviceKeys.insideOne(tenant, id, deviceId));
}

/** The geofences that a device has entered and left between two states. Each activation is entered anew. */
function stays(before: Pick<DeviceState, 'pairs'>, after: Pick<DeviceState, 'pairs'>) {
  const [old, next] = [new Set(insideOf(before)), new Set(insideOf(after))];
  const isNew = (id: string) => !old.has(id) || before.pairs.get(id)?.activatedAt !== after.pairs.get(id)?.activatedAt;
  return { entered: [...next].filter(isNew), left: [...old].filter((id) => !next.has(id)) };
}

/** The most stays that one transaction writes together with other writes. */
export const mostStaysBeside = 10;

/**
 * Writes stays of a device in advance if they are too many for one transaction with other writes: an edit may end
 * hundreds at once, and a point may begin as many. The states at their geofences are written with them.
 *
 * @returns a head from which the move to the other state writes at most `mostStaysBeside` stays
 * @throws LostRace if another writer of this device was faster
 */
export async function moveStays(
  tenant: TenantReference,
  deviceId: string,
  before: Head,
  after: Pick<DeviceState, 'pairs'>,
): Promise<Head> {
  let head = before;
  for (;;) {
    const { entered, left } = stays(head.state, after);
    if (entered.length + left.length <= mostStaysBeside) return head;
    const pairs = new Map(head.state.pairs);
    for (const id of [...entered, ...left].slice(0, mostWrites - writesOfMove)) {
      const pair = after.pairs.get(id);
      if (pair) pairs.set(id, pair);
      else pairs.delete(id);
    }
    const next = { ...head, sequence: head.sequence + 1, state: { ...head.state, pairs } };
    const transaction = new Transaction();
    moveHead(transaction, tenant, deviceId, head, next);
    await transaction.commit();
    head = next;
  }
}
