import type { TenantReference } from '../tenancy/tenant.ts';

/** What was read for each workspace, kept in the memory of a function for a while: many requests then cost one read. */
export class KeptReads<R> {
  readonly #keptMilliseconds: number;
  readonly #reads = new Map<TenantReference, { readonly at: number; readonly result: Promise<R> }>();

  constructor(keptMilliseconds: number) {
    this.#keptMilliseconds = keptMilliseconds;
  }

  /** What is kept, or else what `read` returns. A read that fails is not kept. */
  async of(tenant: TenantReference, read: () => Promise<R>): Promise<R> {
    const now = Date.now();
    const isOver = (at: number) => now - at >= this.#keptMilliseconds;
    const known = this.#reads.get(tenant);
    if (known && !isOver(known.at)) return await known.result;
    for (const [other, { at }] of this.#reads) if (isOver(at)) this.#reads.delete(other);
    const result = read();
    this.#reads.set(tenant, { at: now, result });
    result.catch(() => this.#reads.delete(tenant));
    return await result;
  }
}
