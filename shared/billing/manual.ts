import { defineCapability } from '../capability/capability.ts';
import { problem } from '../problems/problem.ts';
import { printInstant } from '../wire/schema.ts';
import { monthOf } from './month.ts';
import { planOf } from './plan-wire.ts';
import type { BillingProvider, BillingRecords } from './provider.ts';

const name = 'manual';

async function notConfigured(): Promise<never> {
  const detail = 'Payment is handled outside of this API: ask the operator of this deployment, who assigns plans.';
  throw problem('BILLING_PROVIDER_NOT_CONFIGURED', detail, { provider: name });
}

/** Payment is handled elsewhere, and the operator assigns plans. Periods are calendar months, like those of usage. */
const records: BillingRecords = {
  name,
  async subscription(workspace) {
    const { from, to } = monthOf(Date.now());
    return {
      plan: planOf(workspace),
      status: 'active',
      current_period_start: printInstant(from),
      current_period_end: printInstant(to),
      cancel_at_period_end: false,
      provider: name,
    };
  },
  nextInvoiceAt: async () => null,
  invoices: async (_, { counted }) => ({ rows: [], more: false, total: counted ? 0 : undefined, totalCapped: false }),
  invoice: async () => undefined,
};

/** The deployment's payment provider. */
export const useBilling = defineCapability<BillingProvider>({
  open: () => ({
    checkoutSession: notConfigured,
    portalSession: notConfigured,
    changePlan: notConfigured,
    cancel: notConfigured,
    reactivate: notConfigured,
    paymentMethods: notConfigured,
    receiveEvent: notConfigured,
  }),
});

/** What the deployment's payment provider knows of a workspace. */
export const readBilling = defineCapability<BillingRecords>({ open: () => records });
