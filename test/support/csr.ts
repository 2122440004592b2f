import 'reflect-metadata';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

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

export interface Requested {
  /** The request and its private key, as PEM. */
  readonly csr: string;
  readonly key: string;
}

/** A new key, and a request with it. */
export async function newIdentity(algorithm = onCurve('P-256'), name = 'CN=a device'): Promise<Requested> {
  const keys = (await crypto.subtle.generateKey(algorithm as never, true, ['sign', 'verify'])) as never;
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm as never });
  const { privateKey } = keys as { readonly privateKey: Parameters<typeof crypto.subtle.exportKey>[1] };
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
  return { csr: request.toString('pem'), key };
}

/** A request for a new key, as PEM. */
export const newCsr = async (algorithm = onCurve('P-256'), name = 'CN=a device'): Promise<string> =>
  (await newIdentity(algorithm, name)).csr;
