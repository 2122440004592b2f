import 'reflect-metadata';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** Certificate requests for tests. */

interface Algorithm {
  readonly name: string;
  readonly hash: string;
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
}

export const onCurve = (namedCurve: string, hash = 'SHA-256'): Algorithm => ({ name: 'ECDSA', namedCurve, hash });
export const rsa = (modulusLength: number, hash = 'SHA-256'): Algorithm => ({
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength,
  hash,
  publicExponent: new Uint8Array([1, 0, 1]),
});

/** A request of a new key, as PEM. */
export async function newCsr(algorithm = onCurve('P-256'), name = 'CN=a device'): Promise<string> {
  const keys = await crypto.subtle.generateKey(algorithm as never, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name,
    keys: keys as never,
    signingAlgorithm: algorithm as never,
  });
  return request.toString('pem');
}
