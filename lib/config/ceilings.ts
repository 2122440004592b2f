import { type ContextReader, counts, wholeNumber } from './context.ts';

interface Throttle {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/**
 * The most that a stage may use of the account, over all callers. Limits of credentials and workspaces apply as well.
 */
export interface Ceilings {
  /**
   * Throttle of each API. It is above what any single credential may do, and protects the account's Lambda concurrency.
   */
  readonly throttle: Throttle;
  /** Throttle of each route whose calls may hold a function for long; see `isCostly`. */
  readonly costlyThrottle: Throttle;
  /** Concurrency that is reserved for an endpoint or worker, and is also its maximum. */
  readonly reservedConcurrency: Readonly<Record<string, number>>;
  /** The most units per second of each table; without it, what AWS allows. */
  readonly tableUnits?: { readonly reads: number; readonly writes: number };
  /** Monthly cost of the account above which a notification is sent; without it there is none. */
  readonly monthlyBudgetDollars?: number;
}

/** Calls come in bursts; the throttle limits the lasting rate. */
export const costly = (requestsPerSecond: number): Throttle => ({ requestsPerSecond, burst: 5 * requestsPerSecond });

const fromOne = { least: 1, most: 1_000_000 };
/** 0 removes a ceiling. */
const fromNone = { least: 0, most: 1_000_000 };

export function ceilingsOf(context: ContextReader, { tableUnits, monthlyBudgetDollars, ...given }: Ceilings): Ceilings {
  const costlyRate = wholeNumber(context, 'costlyRequestsPerSecond', { least: 1, most: 10_000 });
  const reads = wholeNumber(context, 'tableReadUnits', fromNone) ?? tableUnits?.reads ?? 0;
  const writes = wholeNumber(context, 'tableWriteUnits', fromNone) ?? tableUnits?.writes ?? 0;
  const dollars = wholeNumber(context, 'monthlyBudgetDollars', fromNone) ?? monthlyBudgetDollars ?? 0;
  const isNone = (units: number) => units === 0;
  if (isNone(reads) !== isNone(writes))
    throw new Error('Context "tableReadUnits" and "tableWriteUnits" are 0 together.');
  return {
    ...given,
    ...(costlyRate ? { costlyThrottle: costly(costlyRate) } : {}),
    reservedConcurrency: counts(context, 'reservedConcurrency', fromOne),
    ...(reads > 0 ? { tableUnits: { reads, writes } } : {}),
    ...(dollars > 0 ? { monthlyBudgetDollars: dollars } : {}),
  };
}
