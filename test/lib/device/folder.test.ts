// The certificate library needs this for its dependency injection.
import 'reflect-metadata';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeviceFolder, knownDevices, type ProvisionResult } from '../../../lib/device/folder.ts';
import { isForKey } from '../../../lib/device/identity.ts';
import { Rotation } from '../../../lib/device/rotation.ts';
import { checkCsr } from '../../../shared/certificates/csr.ts';

/** Keys and certificates on disk: never one without the other, and nobody else reads them. */

const id = '019d14fc-b8d0-7238-9075-1fdcd7e986c5';
let root: string;
let folder: DeviceFolder;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hexfence-folder-'));
  folder = new DeviceFolder(id, root);
});
afterEach(() => rmSync(root, { recursive: true }));

const result = (certificateId: string, certificatePem = `certificate ${certificateId}`): ProvisionResult => ({
  deviceId: id,
  tenantId: 't',
  certificateId,
  certificatePem,
  caCertificatePem: 'ca',
  mqttEndpoint: 'localhost',
  mqttPort: 8883,
  clientId: id,
  thingName: id,
  topics: { location: 'l', readings: 'r', health: 'h', events: 'e', commands: 'c', commandsAck: 'a' },
  expiresAt: '2027-01-15T10:31:00Z',
});
const pems = () =>
  readdirSync(folder.path)
    .filter((name) => name.endsWith('.pem'))
    .sort();

describe('a device’s folder', () => {
  test('makes one key and one request, which the platform takes, until they are used', async () => {
    const first = await folder.next();
    expect(await new DeviceFolder(id, root).next()).toEqual(first);
    expect(checkCsr(first.csr).pem).toContain('BEGIN CERTIFICATE REQUEST');
    folder.register(result('one'), 'token');
    expect((await folder.next()).key).not.toBe(first.key);
  });

  test('holds the pair that was registered, for its owner alone', async () => {
    expect(knownDevices(root)).toEqual([]);
    const { key } = await folder.next();
    folder.register(result('one'), 'token');
    expect(folder.credentials()).toEqual([{ certificateId: 'one', key, certificate: 'certificate one' }]);
    expect([knownDevices(root), pems()]).toEqual([[id], ['one.certificate.pem', 'one.key.pem']]);
    expect(folder.known).toMatchObject({ deviceId: id, tokenId: 'token', mqttPort: 8883 });
    expect(readFileSync(join(folder.path, 'device.json'), 'utf8')).not.toContain('PRIVATE KEY');
    for (const name of readdirSync(folder.path)) expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
  });

  test('keeps the former pair until the next one has been let in', async () => {
    await folder.next();
    folder.register(result('one'), 'token');
    await folder.next();
    folder.install(result('two'));
    expect(folder.credentials().map(({ certificateId }) => certificateId)).toEqual(['two', 'one']);
    folder.confirm();
    expect(folder.credentials().map(({ certificateId }) => certificateId)).toEqual(['two']);
    expect(pems()).toEqual(['two.certificate.pem', 'two.key.pem']);
    folder.confirm();
  });

  test('of a device that is registered again holds only the new pair', async () => {
    await folder.next();
    folder.register(result('one'), 'token');
    await folder.next();
    folder.register(result('two'), 'another');
    expect([folder.known!.tokenId, pems()]).toEqual(['another', ['two.certificate.pem', 'two.key.pem']]);
  });
});

describe('a rotation', () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

  /** A certificate for the pending key. */
  async function ofPendingKey(): Promise<string> {
    const der = Buffer.from(folder.pendingKey!.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    const privateKey = await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
    const { d: _, ...jwk } = await crypto.subtle.exportKey('jwk', privateKey);
    const publicKey = await crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['verify'] }, algorithm, true, [
      'verify',
    ]);
    const made = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=d',
      keys: { privateKey, publicKey },
      signingAlgorithm: algorithm,
    });
    return made.toString('pem');
  }

  const rotationOf = (installed = () => undefined) => new Rotation(folder, true, installed);
  const registered = async () => {
    await folder.next();
    folder.register(result('one'), 'token');
  };

  test('asks with the same request until it is answered, under another message id each time', async () => {
    await registered();
    const rotation = rotationOf();
    const [first, second] = [await rotation.request(), await rotation.request()] as Record<string, unknown>[];
    expect(first).toMatchObject({ type: 'certificate.rotate', data: { csr: expect.stringContaining('BEGIN') } });
    expect(second!.data).toEqual(first!.data);
    expect(second!.messageId).not.toBe(first!.messageId);
  });

  test('installs a certificate of its own key, and connects with it afterwards', async () => {
    await registered();
    const installed = vi.fn();
    const rotation = rotationOf(installed);
    await rotation.request();
    const certificatePem = await ofPendingKey();
    const payload = { certificateId: 'two', certificatePem, caCertificatePem: 'ca', expiresAt: 'later' };
    const { status, afterwards } = await rotation.runners.INSTALL_CERTIFICATE(payload);
    expect([status, rotation.isWanted, installed.mock.calls.length]).toEqual(['SUCCESS', false, 0]);
    afterwards!();
    expect(installed).toHaveBeenCalledTimes(1);
    const [current] = folder.credentials();
    expect(isForKey(current!.certificate, current!.key)).toBe(true);
  });

  test('refuses a certificate of another key, and continues with the present one', async () => {
    await registered();
    const rotation = rotationOf();
    await rotation.request();
    const certificatePem = await ofPendingKey();
    folder.dropNext();
    const install = () => rotation.runners.INSTALL_CERTIFICATE({ certificateId: 'two', certificatePem });
    expect(await install()).toMatchObject({ status: 'FAILED' });
    await rotation.request();
    expect(await install()).toMatchObject({
      status: 'FAILED',
      message: 'The certificate is of no key of this device.',
    });
    expect(await rotation.runners.INSTALL_CERTIFICATE({ certificatePem: 'x' })).toMatchObject({ status: 'FAILED' });
    expect([rotation.isWanted, folder.credentials().length]).toEqual([true, 1]);
  });

  test('that is refused deletes its key, and says why', async () => {
    await registered();
    const rotation = rotationOf();
    await rotation.request();
    await rotation.runners.ROTATION_FAILED({ error_code: 'INVALID_TRANSITION', detail: 'Another one is open.' });
    expect([rotation.isWanted, rotation.failure, folder.pendingKey]).toEqual([
      false,
      'Another one is open.',
      undefined,
    ]);
  });
});
