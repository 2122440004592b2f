import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { touched, writeEntity } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { publish } from '../outbox/publish.ts';
import { setAll } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { Table } from '../table/table.ts';
import { type Scene, stepOnRequest, stopped, written } from './step.ts';
import { retainedUntil } from './trip.ts';
import type { ShownTrip } from './wire.ts';

const main = new Table('main');

/** Ends a trip. Its counts move from the head of the device to the row of the trip. */
export async function endTrip(actor: Actor, scene: Scene, at: number, once: Recording): Promise<ShownTrip> {
  const { reference, plan } = actor.tenant;
  const { device, current, row } = scene;
  const after =
    current.status === 'ACTIVE'
      ? await stopped(reference, scene, 'ENDED', at)
      : { ...current, status: 'ENDED' as const, at, until: current.at };
  const { points, millimeters } = after;
  const ttl = retainedUntil(plan, at);
  const { shown, write } = written(actor, scene, 'end', after, { endedAt: at, points, millimeters, ttl });
  const values = { ...device.values, activeSessionId: null };
  await writeEntity(devices, actor, device, touched(device, values), (transaction) => {
    write(transaction);
    transaction.update(main, tripKeys.tripBody(reference, device.id, row.sk), setAll({ ttl }));
    publish(transaction, actor.tenant, {
      id: newId(Date.now()),
      type: 'session.ended',
      subject: device.id,
      data: shown,
      about: { device_ids: [device.id] },
    });
    once.record(transaction, { status: 200, body: shown });
  });
  return shown;
}

export const endTrips = defineCapability({
  tables: together([
    tablesOf(devices, 'change'),
    { main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'], telemetry: ['Query'] },
  ]),
  raises: ['NOT_FOUND'],
  open: () => ({ end: stepOnRequest('end', endTrip) }),
});
