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
 * What a payment provider does for this API. Plans, limits and usage do not depend on the provider. The provider knows
 * who has paid, and sends events, which then change the plan. It throws `BILLING_PROVIDER_NOT_CONFIGURED` for what it
 * cannot do, and `INVALID_TRANSITION` for a step that the state of the subscription does not allow.
 */
export interface BillingProvider {
  /** A page of the provider on which the caller pays for a plan. */
  checkoutSession(caller: Caller, order: z.output<typeof CheckoutRequest>): Promise<z.input<typeof CheckoutSession>>;
  /** A page of the provider on which the caller manages payment. */
  portalSession(caller: Caller, returnUrl: string): Promise<z.input<typeof PortalSession>>;
  /** Changes the plan, or with `preview` only returns the price. */
  changePlan(
    caller: Caller,
    change: z.output<typeof PlanChangeRequest>,
  ): Promise<z.input<typeof Subscription> | z.input<typeof PlanChangePreview>>;
  cancel(caller: Caller, atPeriodEnd: boolean): Promise<z.input<typeof Subscription>>;
  /** Undoes a cancellation that has not taken effect yet. */
  reactivate(caller: Caller): Promise<z.input<typeof Subscription>>;
  paymentMethods(tenant: Tenant): Promise<z.input<typeof PaymentMethod>[]>;
  /**
   * Receives the provider's callbacks, which may be redelivered and may arrive in any order.
   *
   * @throws SIGNATURE_INVALID before anything in the body is trusted
   */
  receiveEvent(request: HttpRequest): Promise<void>;
}

/** What every payment provider knows of a workspace. */
export interface BillingRecords {
  /** The name in answers: `manual`. */
  readonly name: string;
  subscription(workspace: WorkspaceRow): Promise<z.input<typeof Subscription>>;
  /** Milliseconds since 1970; null when there is no next invoice. */
  nextInvoiceAt(workspace: WorkspaceRow): Promise<number | null>;
  /** Newest first. */
  invoices(tenant: Tenant, page: PageRequest): Promise<PageResult<z.input<typeof Invoice>>>;
  invoice(tenant: Tenant, id: string): Promise<z.input<typeof Invoice> | undefined>;
}
