import { readBilling } from '../../shared/billing/manual.ts';
import { Invoice } from '../../shared/billing/wire.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/billing/invoices',
  operationId: 'listInvoices',
  summary: 'List invoices, newest first',
  description: 'With the provider `manual` there are none.',
  scope: 'billing:read',
  uses: { billing: readBilling },
  query: listQuery({}),
  success: { 200: listOf(Invoice, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ tenant, page, billing }) => ({
  status: 200,
  page: await billing.invoices(tenant, page),
}));
