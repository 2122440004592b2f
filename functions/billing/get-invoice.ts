import { readBilling } from '../../shared/billing/manual.ts';
import { Invoice } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { notFound } from '../../shared/problems/problem.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/billing/invoices/{id}',
  operationId: 'getInvoice',
  summary: 'Get an invoice, with an address for its download',
  scope: 'billing:read',
  params: { id: { description: 'Id of the invoice, as the payment provider gave it.' } },
  uses: { billing: readBilling },
  success: { 200: Invoice },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ tenant, params, billing }) => {
  const invoice = await billing.invoice(tenant, params.id);
  if (!invoice) throw notFound('invoice');
  return { status: 200, body: invoice };
});
