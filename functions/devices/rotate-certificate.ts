import * as z from 'zod';
import { Certificate } from '../../shared/certificates/certificate.ts';
import { Csr } from '../../shared/certificates/csr.ts';
import { exampleCsr } from '../../shared/certificates/example-csr.ts';
import { rotateCertificates } from '../../shared/certificates/rotate.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

const Rotated = Certificate.extend({ certificatePem: z.string(), caCertificatePem: z.string() }).meta({
  id: 'RotatedCertificate',
  example: {
    ...(Certificate.meta()!.example as object),
    certificatePem: '-----BEGIN CERTIFICATE-----…',
    caCertificatePem: '-----BEGIN CERTIFICATE-----…',
  },
});

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/certificates/rotate',
  operationId: 'rotateDeviceCertificate',
  summary: 'Issue the next certificate of a device',
  description:
    'Both certificates are in force until the device first uses the new one; then the old one is revoked. If the device has ' +
    'not used the new one when the overlap ends, the new one is revoked and the old one stays in force, so that the device ' +
    'is not locked out. While the rotation is open, the same request gets the same certificate.',
  scope: 'certificates:write',
  uses: { certificates: rotateCertificates },
  body: strictObject(
    whenMade({
      csr: Csr,
      overlapHours: z.int().min(1).max(168).default(24),
    }),
  ).meta({ id: 'CertificateRotation', example: { csr: exampleCsr, overlapHours: 24 } }),
  success: { 201: Rotated, 200: Rotated },
  problems: ['NOT_FOUND', 'CSR_INVALID', 'INVALID_TRANSITION'],
  idempotent: true,
  timeoutSeconds: 25,
});

export const handler = serve(route, async ({ body, params, caller, once, certificates }) => {
  const { certificate, again } = await certificates.rotate(caller, params.id, body, once);
  return { status: again ? 200 : 201, body: certificate };
});
