import { devices } from '../devices/devices.ts';
import { findEntity } from '../entity/rows.ts';
import { touched, writeEntity } from '../entity/write.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { isInForce } from './certificate.ts';
import { publishRevoked } from './publish.ts';
import { closeRotation, rotationOf } from './rotation.ts';
import { certificatesOf, revocationOrder, revokeIn } from './rows.ts';

const main = new Table('main');
const rotated = 'Replaced by rotation';

/**
 * Records that a device has connected, or sent a message, with a certificate for the first time, and revokes the
 * certificate that it replaces. Called for certificates without `firstUsedAt`; a repeated call changes nothing.
 */
export async function noteFirstUse(actor: Actor, deviceId: string, certificateId: string): Promise<void> {
  const { reference } = actor.tenant;
  await retryingRaces(async () => {
    const device = await findEntity(devices, reference, deviceId);
    const rows = await certificatesOf(reference, deviceId);
    const used = rows.find(({ id }) => id === certificateId);
    if (!device || !isInForce(used) || used.firstUsedAt !== undefined) return;
    const rotation = await rotationOf(reference, deviceId);
    const closes = rotation?.fresh === certificateId;
    const old = closes ? rows.find((row) => row.id === rotation.old && isInForce(row)) : undefined;
    const key = certificateKeys.certificate(reference, deviceId, certificateId);
    await writeEntity(devices, actor, device, touched(device, device.values), (transaction) => {
      const asRead = unchanged({ status: used.status, firstUsedAt: undefined });
      transaction.update(main, key, setAll({ firstUsedAt: Date.now() }), asRead, lostRace);
      if (closes) closeRotation(transaction, reference, deviceId, rotation);
      if (old) {
        revokeIn(transaction, reference, old, rotated);
        publishRevoked(transaction, actor.tenant, old, rotated);
      }
      recordEvent(transaction, actor, {
        action: 'certificate.first_use',
        resourceType: 'certificate',
        resourceId: certificateId,
        changes: { firstUsedAt: [null, new Date().toISOString()] },
        ...(old ? { handOver: [revocationOrder(reference, old)] } : {}),
      });
    });
  });
}
