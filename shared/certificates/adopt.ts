import { devices } from '../devices/devices.ts';
import { publishDeviceEvent } from '../devices/publish.ts';
import { findEntity } from '../entity/rows.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import type { IssuedCertificate } from '../iot/identities.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import type { CertificateRow } from './certificate.ts';
import { publishRevoked } from './publish.ts';
import { inForceOf, putCertificate, revocationOrder, revokeIn } from './rows.ts';

/** The caller, with the settings of the workspace. */
export type Certifier = Actor & { readonly workspace: WorkspaceRow };

const main = new Table('main');
const millisecondsPerDay = 86_400_000;
const replaced = 'Replaced by a new registration';

/** When a certificate expires, by the lifetime that the workspace has set. */
export const expiryOf = ({ certificateLifetimeDays }: WorkspaceRow, issuedAt: number): number =>
  issuedAt + (certificateLifetimeDays ?? workspaceDefaults.certificateLifetimeDays) * millisecondsPerDay;

/**
 * Records an issued certificate as the device's own and revokes the earlier ones. A repeated call changes nothing and
 * returns the same certificate.
 *
 * @returns the certificate as it is now; undefined if the device is deleted
 */
export async function adopt(
  actor: Certifier,
  deviceId: string,
  { id, arn, issuedAt }: IssuedCertificate & { readonly issuedAt: number },
): Promise<CertificateRow | undefined> {
  const { reference } = actor.tenant;
  return await retryingRaces(async () => {
    const device = await findEntity(devices, reference, deviceId);
    if (!device) return undefined;
    const known = await main.get<CertificateRow>(certificateKeys.certificate(reference, deviceId, id));
    if (known) return known;
    // If a parallel call records the same certificate between these reads, the device's version differs: a lost race.
    const former = (await inForceOf(reference, deviceId)).filter((one) => one.id !== id);
    const row = {
      id,
      deviceId,
      arn,
      status: 'ACTIVE',
      issuedAt,
      expiresAt: expiryOf(actor.workspace, issuedAt),
    } as const;
    const { status } = device.values;
    const values = { ...device.values, certificateId: id, status: status === 'PENDING' ? ('ACTIVE' as const) : status };
    const provisioned = nextVersion(device, values);
    await writeEntity(devices, actor, device, provisioned, async (transaction) => {
      putCertificate(transaction, reference, row);
      for (const one of former) {
        revokeIn(transaction, reference, one, replaced);
        publishRevoked(transaction, actor.tenant, one, replaced);
      }
      await publishDeviceEvent(transaction, actor.tenant, 'device.provisioned', provisioned);
      recordEvent(transaction, actor, {
        action: 'device.provision',
        resourceType: 'device',
        resourceId: deviceId,
        changes: { certificateId: [device.values.certificateId, id] },
        handOver: former.map((one) => revocationOrder(reference, one)),
      });
    });
    return row;
  });
}
