import { Certificate } from '../../shared/certificates/certificate.ts';
import { listExpiringCertificates } from '../../shared/certificates/list.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { queryInteger } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/certificates/expiring',
  operationId: 'listExpiringCertificates',
  summary: 'List certificates that expire soon, soonest first',
  scope: 'certificates:read',
  uses: { certificates: listExpiringCertificates },
  query: listQuery({ withinDays: queryInteger({ min: 1, max: 365 }).default(30) }),
  success: { 200: listOf(Certificate, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, certificates }) => ({
  status: 200,
  page: await certificates.expiring(tenant, query.withinDays, page),
}));
