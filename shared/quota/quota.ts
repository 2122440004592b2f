import { log } from '../log/log.ts';
import { isOutcomeUnknown } from '../table/faults.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import {
  announceRelease,
  type CountedResource,
  occupyQuota,
  occupyQuotaIn,
  releaseQuota,
  requireRoom,
  reserveQuota,
  reserveSome,
  type Taken,
} from './counter.ts';

/** The places that a plan has for one kind of thing, as the writers of that kind take and give them back. */
export interface Places {
  /**
   * Takes a place, makes the thing in it, and gives the place back where the thing surely was not made. Where nobody
   * knows whether it was, the place stays taken: it is found when the limit is next met.
   *
   * @throws QUOTA_EXCEEDED
   */
  fill<T>(tenant: Tenant, make: () => Promise<T>): Promise<T>;
  /** The same beyond any limit, for the platform's operator; others find the place taken. */
  overfill<T>(tenant: Tenant, make: () => Promise<T>): Promise<T>;
  /** Takes as many of these places as there are, for things that are then made; the rest are given back. */
  take(tenant: Tenant, wanted: number): Promise<Taken>;
  /** The same in the transaction that makes the thing. */
  occupy(transaction: Transaction, tenant: TenantReference): void;
  /**
   * Takes no place, but refuses where there are not so many.
   *
   * @throws QUOTA_EXCEEDED
   */
  requireRoom(tenant: Tenant, places?: number): Promise<void>;
  /** To be called before a thing ends, and before one takes the place of another: until then nobody may count anew. */
  announceEnd(tenant: Tenant): Promise<void>;
  /**
   * The same for an end that does not depend on it. Answers whether the place may be given back afterwards: one whose end
   * nobody knew of may have been counted anew already, and giving it back would then free a second.
   */
  tryAnnounceEnd(tenant: Tenant): Promise<boolean>;
  /** To be called after things have ended. A place that cannot be given back is found when the limit is met. */
  giveBack(tenant: Tenant, places?: number): Promise<void>;
}

/** @param count how many things hold a place now, consistently read */
export function placesOf(resource: CountedResource, count: (tenant: Tenant) => Promise<number>): Places {
  const untold = (tenant: Tenant) => (error: unknown) => {
    log().warn('quota not updated', { resource, tenant: tenant.id, error: String(error) });
    return false;
  };
  const giveBack = async (tenant: Tenant, places = 1) =>
    void (await releaseQuota(tenant, resource, places).catch(untold(tenant)));
  async function using<T>(tenant: Tenant, make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      if (!isOutcomeUnknown(error)) await giveBack(tenant);
      throw error;
    }
  }
  return {
    async fill(tenant, make) {
      await reserveQuota(tenant, resource, () => count(tenant));
      return await using(tenant, make);
    },
    async overfill(tenant, make) {
      await occupyQuota(tenant, resource);
      return await using(tenant, make);
    },
    take: (tenant, wanted) => reserveSome(tenant, resource, () => count(tenant), wanted),
    occupy: (transaction, tenant) => occupyQuotaIn(transaction, tenant, resource),
    requireRoom: (tenant, places) => requireRoom(tenant, resource, () => count(tenant), places),
    announceEnd: (tenant) => announceRelease(tenant, resource),
    tryAnnounceEnd: (tenant) => announceRelease(tenant, resource).then(() => true, untold(tenant)),
    giveBack,
  };
}
