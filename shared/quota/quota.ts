import { log } from '../log/log.ts';
import { isOutcomeUnknown } from '../table/faults.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import {
  type Reservation,
  requireRoom,
  reserveQuota,
  reserveQuotaBeyondLimit,
  reserveQuotaIn,
  reserveQuotaUpTo,
} from './counter.ts';
import type { CountedResource } from './record.ts';
import { type Announced, announceRelease, announceReplacement, releaseQuota } from './release.ts';

/** The quota that a plan has for one kind of thing, as the writers of that kind reserve and release it. */
export interface Quota {
  /**
   * Reserves one, makes the thing, and releases the reservation where the thing surely was not made. Where nobody knows
   * whether it was, the reservation stays: a recount finds it when the limit is next reached.
   *
   * @throws QUOTA_EXCEEDED
   */
  reserveFor<T>(tenant: Tenant, make: () => Promise<T>): Promise<T>;
  /** The same without regard to the limit, for the platform's operator. The thing counts like any other. */
  reserveBeyondLimit<T>(tenant: Tenant, make: () => Promise<T>): Promise<T>;
  /** Reserves as many of these as are left, for things that are made afterwards. What is not used, `releaseUnused`. */
  reserveUpTo(tenant: Tenant, wanted: number): Promise<Reservation>;
  /** Reserves one in the transaction that makes the thing, without regard to the limit. */
  reserveIn(transaction: Transaction, tenant: TenantReference): void;
  /**
   * Reserves nothing, but refuses where fewer are left.
   *
   * @throws QUOTA_EXCEEDED
   */
  requireRoom(tenant: Tenant, amount?: number): Promise<void>;
  /** To be called before one thing replaces another: while it does, nobody may recount. */
  announceReplacement(tenant: Tenant): Promise<void>;
  /**
   * To be called before a thing ends: until it has ended, nobody may recount. Undefined where that could not be written;
   * then nothing may be released either, since a recount may have seen already that the thing is gone.
   */
  announceRelease(tenant: Tenant): Promise<Announced | undefined>;
  /** To be called after the thing has ended. What cannot be released is found by a recount when the limit is reached. */
  release(tenant: Tenant, announced: Announced | undefined): Promise<void>;
  /** Releases what was reserved for things that surely were not made. */
  releaseUnused(tenant: Tenant, amount: number): Promise<void>;
}

/** @param count how many things count toward the quota now, read consistently */
export function quotaOf(resource: CountedResource, count: (tenant: Tenant) => Promise<number>): Quota {
  const notUpdated = (tenant: Tenant) => (error: unknown) => {
    log().warn('quota not updated', { resource, tenant: tenant.id, error: String(error) });
    return undefined;
  };
  const announce = (tenant: Tenant) => announceRelease(tenant, resource).catch(notUpdated(tenant));
  const release = async (tenant: Tenant, announced: Announced | undefined, amount = 1) => {
    if (announced) await releaseQuota(tenant, resource, announced, amount).catch(notUpdated(tenant));
  };
  const releaseUnused = async (tenant: Tenant, amount: number) => await release(tenant, await announce(tenant), amount);
  async function using<T>(tenant: Tenant, make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      if (!isOutcomeUnknown(error)) await releaseUnused(tenant, 1);
      throw error;
    }
  }
  return {
    async reserveFor(tenant, make) {
      await reserveQuota(tenant, resource, () => count(tenant));
      return await using(tenant, make);
    },
    async reserveBeyondLimit(tenant, make) {
      await reserveQuotaBeyondLimit(tenant, resource);
      return await using(tenant, make);
    },
    reserveUpTo: (tenant, wanted) => reserveQuotaUpTo(tenant, resource, () => count(tenant), wanted),
    reserveIn: (transaction, tenant) => reserveQuotaIn(transaction, tenant, resource),
    requireRoom: (tenant, amount) => requireRoom(tenant, resource, () => count(tenant), amount),
    announceReplacement: (tenant) => announceReplacement(tenant, resource),
    announceRelease: announce,
    release: (tenant, announced) => release(tenant, announced),
    releaseUnused,
  };
}
