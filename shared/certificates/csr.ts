import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as z from 'zod';
import { problem } from '../problems/problem.ts';

/**
 * Certificate requests (PKCS#10): that somebody has the private key of the public one inside. The subject is not looked
 * at, since it carries no authority.
 */

/** A request as bodies give it. */
export const Csr = z.string().min(1).max(4096).meta({
  // Only of the document: whatever is no request is refused as `CSR_INVALID`, after the token has been looked at.
  pattern: String.raw`^[ \t\r\n]*-----BEGIN (NEW )?CERTIFICATE REQUEST-----[A-Za-z0-9+/= \t\r\n]+-----END (NEW )?CERTIFICATE REQUEST-----[ \t\r\n]*$`,
  description: 'PKCS#10 as PEM, of a key on P-256 or P-384, or of RSA with 2048 to 8192 bits.',
});

/** The broker has rules of its own, such as for characters of the subject. */
export const refusedByBroker = () => refused('broker', 'the broker does not take it');

export interface CheckedCsr {
  readonly pem: string;
  /** SHA-256 of its DER, by which two are told to be the same. */
  readonly digest: string;
}

const refused = (reason: string, sentence: string) =>
  problem('CSR_INVALID', `The certificate request cannot be used: ${sentence}.`, { reason });

const form =
  /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END \1?CERTIFICATE REQUEST-----\s*$/;

/** How requests may be signed: what is weaker, or needs parameters, is none of these. */
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
/** More only costs the time that it takes to check them. */
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
  // The parser takes no notice of what follows the structure.
  if (lengthOf(der) !== der.length) throw refused('format', 'it is no PKCS#10');
  try {
    return AsnConvert.parse(der, CertificationRequest);
  } catch {
    throw refused('format', 'it is no PKCS#10');
  }
}

/** How long the structure at the beginning says that it is. */
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

/** One text of each request, whatever its lines were. */
function printed(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}
