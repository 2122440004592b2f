import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkCsr } from '../../../shared/certificates/csr.ts';
import { newCsr, onCurve, rsa } from '../../support/csr.ts';

/** Which certificate requests are taken. */

const reasonOf = (pem: string): unknown => {
  try {
    checkCsr(pem);
    return 'taken';
  } catch (error) {
    const { code, details } = error as { code: string; details: { reason: string } };
    return code === 'CSR_INVALID' ? details.reason : error;
  }
};

const bytesOf = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
const pemOf = (der: Buffer, label = 'CERTIFICATE REQUEST') =>
  `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----`;

describe('a certificate request', () => {
  test.each([
    ['on P-256', onCurve('P-256')],
    ['on P-384', onCurve('P-384', 'SHA-384')],
    ['of RSA with 2048 bits', rsa(2048)],
    ['of RSA with 3072 bits and SHA-512', rsa(3072, 'SHA-512')],
  ])('%s is taken', async (_, algorithm) => {
    expect(reasonOf(await newCsr(algorithm))).toBe('taken');
  });

  test.each([
    ['on P-521', onCurve('P-521', 'SHA-512'), 'weak_key'],
    ['of RSA with 1024 bits', rsa(1024), 'weak_key'],
    ['signed with SHA-1', rsa(2048, 'SHA-1'), 'signature_algorithm'],
  ])('%s is not', async (_, algorithm, reason) => {
    expect(reasonOf(await newCsr(algorithm))).toBe(reason);
  });

  test('is the same however its lines are broken, and another for another key', async () => {
    const pem = await newCsr();
    const spread = pem
      .replaceAll('\n', '\r\n')
      .replace('CERTIFICATE', 'NEW CERTIFICATE')
      .replace(/END CERT/, 'END NEW CERT');
    expect(checkCsr(spread)).toEqual(checkCsr(pem));
    expect(checkCsr(await newCsr()).digest).not.toBe(checkCsr(pem).digest);
  });

  test('with any bit changed of what it says is refused', async () => {
    const der = bytesOf(await newCsr());
    const [begin, end] = [3, 5 + der[4]!];
    for (let at = begin; at < end; at++) {
      const forged = Buffer.from(der);
      forged[at]! ^= 1 << (at % 8);
      expect(reasonOf(pemOf(forged)), `byte ${at}`).not.toBe('taken');
    }
  });

  test('is refused where the key is not the one that signed', async () => {
    const [mine, theirs] = [bytesOf(await newCsr()), bytesOf(await newCsr())];
    const point = (der: Buffer) => der.indexOf(Buffer.from([0x00, 0x04])) + 2;
    theirs.copy(mine, point(mine), point(theirs), point(theirs) + 64);
    expect(reasonOf(pemOf(mine))).toMatch(/^(signature|key)$/);
  });

  test('is PEM of a PKCS#10 and nothing else', async () => {
    const pem = await newCsr();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = publicKey.export({ type: 'spki', format: 'der' });
    const nested = Buffer.concat(Array.from({ length: 1500 }, () => Buffer.from([0x30, 0x82, 0x10, 0x00])));
    for (const text of [
      '',
      'nonsense',
      pem.replace('CERTIFICATE REQUEST', 'CERTIFICATE'),
      `${pem}${pem}`,
      pemOf(Buffer.concat([bytesOf(pem), Buffer.from([0])])),
      pemOf(bytesOf(pem).subarray(0, -1)),
      pemOf(other),
      pemOf(nested),
      pemOf(Buffer.alloc(0)),
    ]) {
      expect(reasonOf(text), text.slice(0, 60)).toBe('format');
    }
  });
});
