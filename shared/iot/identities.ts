import { environment } from '../capability/environment.ts';
import { iot, unlessGone } from './service.ts';

/**
 * Certificates and things at the broker. The name of a thing is the id of its device, which is also the client id.
 * Every call may be retried: to create what exists, or to delete what is gone, is not an error.
 */

/** A certificate as the broker issued it. */
export interface IssuedCertificate {
  /** Its SHA-256 fingerprint: 64 hex digits. */
  readonly id: string;
  readonly arn: string;
  readonly pem: string;
}

/** Issues an inactive certificate. */
export async function issueCertificate(csr: string): Promise<IssuedCertificate> {
  const { certificateId, certificateArn, certificatePem } = await iot.call<{
    certificateId: string;
    certificateArn: string;
    certificatePem: string;
  }>({
    method: 'POST',
    path: ['certificates'],
    query: { setAsActive: 'false' },
    body: { certificateSigningRequest: csr },
  });
  return { id: certificateId, arn: certificateArn, pem: certificatePem };
}

/** Deletes a certificate that is neither active nor bound. */
export async function dropCertificate(id: string): Promise<void> {
  await unlessGone(iot.call({ method: 'DELETE', path: ['certificates', id] }));
}

/** Creates the thing, and attaches the policy and the thing to the certificate. */
export async function bindCertificate(arn: string, deviceId: string): Promise<void> {
  await iot.call({ method: 'POST', path: ['things', deviceId], body: {} });
  const policy = environment.requiredSetting('DEVICE_POLICY');
  await iot.call({ method: 'PUT', path: ['target-policies', policy], body: { target: arn } });
  await iot.call({ method: 'PUT', path: ['things', deviceId, 'principals'], headers: { 'x-amzn-principal': arn } });
}

const setStatus = (id: string, newStatus: 'ACTIVE' | 'REVOKED') =>
  iot.call({ method: 'PUT', path: ['certificates', id], query: { newStatus } });

/** Activates a certificate: from now on a device can connect with it. */
export async function activateCertificate(id: string): Promise<void> {
  await setStatus(id, 'ACTIVE');
}

/**
 * Revokes a certificate for good. The broker refuses new connections at once; `disconnect` ends an open one, which it
 * would close within minutes.
 */
export async function revokeCertificate(
  { id, arn }: Pick<IssuedCertificate, 'id' | 'arn'>,
  deviceId: string,
): Promise<void> {
  if (!(await unlessGone(setStatus(id, 'REVOKED')))) return;
  const policy = environment.requiredSetting('DEVICE_POLICY');
  await unlessGone(iot.call({ method: 'POST', path: ['target-policies', policy], body: { target: arn } }));
  const headers = { 'x-amzn-principal': arn };
  await unlessGone(iot.call({ method: 'DELETE', path: ['things', deviceId, 'principals'], headers }));
}

/** Deletes the thing of a device that no longer has a certificate. */
export async function deleteThing(deviceId: string): Promise<void> {
  await unlessGone(iot.call({ method: 'DELETE', path: ['things', deviceId] }));
}
