import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as z from 'zod';
import { problem } from '../problems/problem.ts';

/**
 * Certificate requests (PKCS#10). The signature proves that the author of the request has the private key of the public
 * key in it. The subject is ignored, since it carries no authority.
 */

/** For the API document only. The code answers `CSR_INVALID`, and only after it has checked the token. */
const documentedForm =
  String.raw`^[ \t\r\n]*-----BEGIN (NEW )?CERTIFICATE REQUEST-----[A-Za-z0-9+/= \t\r\n]+` +
  String.raw`-----END (NEW )?CERTIFICATE REQUEST-----[ \t\r\n]*$`;

/** A request in a body. */
export const Csr = z.string().min(1).max(4096).meta({
  pattern: documentedForm,
  description: 'PKCS#10 as PEM, of a key on P-256 or P-384, or of RSA with 2048 to 8192 bits.',
});

/** The broker has further rules, for example about the characters of the subject. */
export const refusedByBroker = () => refused('broker', 'the broker does not accept it');

export interface CheckedCsr {
  readonly pem: string;
  /** SHA-256 of its DER. Two requests with the same digest are the same. */
  readonly digest: string;
}

const refused = (reason: string, sentence: string) =>
  problem('CSR_INVALID', `The certificate request cannot be used: ${sentence}.`, { reason });

const form =
  /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END \1?CERTIFICATE REQUEST-----\s*$/;

/** The accepted signature algorithms. Weaker ones, and those that need parameters, are refused. */
const hashes: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
};

const curves = ['prime256v1', 'secp384r1'];
const fewestRsaBits = 2048;
/** Larger keys only take longer to check. */
const mostRsaBits = 8192;

/** @throws CSR_INVALID */
export function checkCsr(pem: string): CheckedCsr {
  const der = derOf(pem);
  const request = parsed(der);
  const key = keyOf(request);
  requireStrength(key);
  const hash = hashes[request.signatureAlgorithm.algorithm];
  if (!hash) throw refused('signature_algorithm', 'it must be signed with SHA-256, SHA-384 or SHA-512');
  if (!isSigned(request, hash, key)) throw refused('signature', 'it is not signed by its own key');
  return { pem: printed(der), digest: createHash('sha256').update(der).digest('base64url') };
}

function derOf(pem: string): Buffer {
  const [, , base64] = form.exec(pem) ?? [];
  if (base64 === undefined) throw refused('format', 'it is no PEM of a CERTIFICATE REQUEST');
  return Buffer.from(base64, 'base64');
}

function parsed(der: Buffer): CertificationRequest {
  // The parser ignores bytes after the structure.
  if (lengthOf(der) !== der.length) throw refused('format', 'it is no PKCS#10');
  try {
    return AsnConvert.parse(der, CertificationRequest);
  } catch {
    throw refused('format', 'it is no PKCS#10');
  }
}

/** The length that the outer structure declares for itself. */
function lengthOf(der: Buffer): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const bytes = first & 0x7f;
  return bytes >= 1 && bytes <= 2 && der.length > 2 + bytes ? 2 + bytes + der.readUIntBE(2, bytes) : 0;
}

function keyOf({ certificationRequestInfo }: CertificationRequest): KeyObject {
  try {
    const key = Buffer.from(AsnConvert.serialize(certificationRequestInfo.subjectPKInfo));
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    throw refused('key', 'its public key cannot be read');
  }
}

function requireStrength({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): void {
  const bits = details.modulusLength ?? 0;
  if (type === 'ec' && curves.includes(details.namedCurve ?? '')) return;
  if (type === 'rsa' && bits >= fewestRsaBits && bits <= mostRsaBits) return;
  throw refused('weak_key', 'its key must be on P-256 or P-384, or of RSA with 2048 to 8192 bits');
}

function isSigned(
  { certificationRequestInfoRaw: signed, signature, ...rest }: CertificationRequest,
  hash: string,
  key: KeyObject,
) {
  const bytes = signed ?? AsnConvert.serialize(rest.certificationRequestInfo);
  try {
    return verify(hash, Buffer.from(bytes), key, Buffer.from(signature));
  } catch {
    return false;
  }
}

/** The request as PEM with lines of 64 characters, however it was sent. */
function printed(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}
