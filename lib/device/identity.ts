import 'reflect-metadata';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** A private key, which never leaves this machine, and a certificate request (CSR) for it; both PEM. */
export interface Identity {
  readonly key: string;
  readonly csr: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export async function newIdentity(name: string): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { key: `${key}\n`, csr: request.toString('pem') };
}

/** Whether a certificate belongs to this private key. */
export function isForKey(certificatePem: string, key: string): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
