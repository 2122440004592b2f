import { Certificate } from '../../shared/certificates/certificate.ts';
import { listCertificates } from '../../shared/certificates/list.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/certificates',
  operationId: 'listDeviceCertificates',
  summary: 'List the certificates of a device, newest first',
  scope: 'certificates:read',
  uses: { certificates: listCertificates },
  query: listQuery({}),
  success: { 200: listOf(Certificate, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, page, tenant, certificates }) => ({
  status: 200,
  page: await certificates.ofDevice(tenant, params.id, page),
}));
