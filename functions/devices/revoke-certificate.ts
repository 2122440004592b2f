import { Certificate, showCertificate } from '../../shared/certificates/certificate.ts';
import { revokeCertificates } from '../../shared/certificates/revoke.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';
import { prose } from '../../shared/wire/text.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/certificates/{certificateId}/revoke',
  operationId: 'revokeDeviceCertificate',
  summary: 'Revoke a certificate of a device permanently',
  description:
    'Messages with this certificate are refused at once; the broker closes open connections within minutes. If the new ' +
    'certificate of an open rotation is revoked, the old one stays in force.',
  scope: 'certificates:write',
  uses: { certificates: revokeCertificates },
  params: { certificateId: { description: 'Id of the certificate: its SHA-256 fingerprint.' } },
  body: strictObject(whenMade({ reason: prose(200).optional() })).meta({
    id: 'CertificateRevocation',
    example: { reason: 'The device was stolen' },
  }),
  success: { 200: Certificate },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
});

export const handler = serve(route, async ({ body, params, caller, certificates }) => ({
  status: 200,
  body: showCertificate(await certificates.revoke(caller, params.id, params.certificateId, body.reason)),
}));
