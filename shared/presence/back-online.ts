import { devices } from '../devices/devices.ts';
import type { Entity } from '../entity/kind.ts';
import { findEntity } from '../entity/rows.ts';
import { touched, writeEntity } from '../entity/write.ts';
import type { Actor } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';

/** A device that sends something is active again, if it was offline. */
export async function backOnline(actor: Actor, { id, values }: Entity<(typeof devices)['fields']>): Promise<void> {
  if (values.status !== 'OFFLINE') return;
  await retryingRaces(async () => {
    const device = await findEntity(devices, actor.tenant.reference, id);
    if (device?.values.status !== 'OFFLINE') return;
    await writeEntity(devices, actor, device, touched(device, { ...device.values, status: 'ACTIVE' }));
  });
}
