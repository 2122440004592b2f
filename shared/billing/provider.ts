import type * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { PageRequest, PageResult } from '../http/list.ts';
import type { HttpRequest } from '../http/request.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type {
  CheckoutRequest,
  CheckoutSession,
  Invoice,
  PaymentMethod,
  PlanChangePreview,
  PlanChangeRequest,
  PortalSession,
  Subscription,
} from './wire.ts';

/**
 * What a payment provider does for us. Plans, limits and usage are ours and hold whatever the provider; it knows who has
 * paid, and tells by its events, which then change the plan. What one cannot do it answers with
 * `BILLING_PROVIDER_NOT_CONFIGURED`; a step that the subscription's state does not allow with `INVALID_TRANSITION`.
 */
export interface BillingProvider {
  /** As answers name it: `manual`. */
  readonly name: string;
  subscription(workspace: WorkspaceRow): Promise<z.input<typeof Subscription>>;
  /** Milliseconds since 1970; null where none is to come. */
  nextInvoiceAt(workspace: WorkspaceRow): Promise<number | null>;
  /** A page of the provider's where the caller pays for a plan. */
  checkoutSession(caller: Caller, order: z.output<typeof CheckoutRequest>): Promise<z.input<typeof CheckoutSession>>;
  /** A page of the provider's where the caller looks after payment. */
  portalSession(caller: Caller, returnUrl: string): Promise<z.input<typeof PortalSession>>;
  /** Changes the plan, or with `preview` only tells the price. */
  changePlan(
    caller: Caller,
    change: z.output<typeof PlanChangeRequest>,
  ): Promise<z.input<typeof Subscription> | z.input<typeof PlanChangePreview>>;
  cancel(caller: Caller, atPeriodEnd: boolean): Promise<z.input<typeof Subscription>>;
  /** Takes back a cancellation whose time has not come. */
  reactivate(caller: Caller): Promise<z.input<typeof Subscription>>;
  /** Newest first. */
  invoices(tenant: Tenant, page: PageRequest): Promise<PageResult<z.input<typeof Invoice>>>;
  invoice(tenant: Tenant, id: string): Promise<z.input<typeof Invoice> | undefined>;
  paymentMethods(tenant: Tenant): Promise<z.input<typeof PaymentMethod>[]>;
  /**
   * Takes the provider's callback, which may come more than once and in any order.
   *
   * @throws SIGNATURE_INVALID before anything of the body is believed
   */
  receiveEvent(request: HttpRequest): Promise<void>;
}
