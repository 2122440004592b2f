import { type ContextReader, counts, wholeNumber } from './context.ts';

interface Throttle {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** How much of the account a stage may use, whoever asks for it. Limits of credentials and workspaces come on top. */
export interface Ceilings {
  /** Of each API, above what any single credential may do; protects the account's Lambda concurrency. */
  readonly throttle: Throttle;
  /** Of each route whose calls may hold a function for long; see `isCostly`. */
  readonly costlyThrottle: Throttle;
  /** Functions of an endpoint or worker that run at once: kept free for it, and no more of them. */
  readonly reservedConcurrency: Readonly<Record<string, number>>;
  /** What each table may be asked for in a second; absent, what AWS allows. */
  readonly tableUnits?: { readonly reads: number; readonly writes: number };
  /** What the account may cost a month before somebody is told; absent, nobody is. */
  readonly monthlyBudgetDollars?: number;
}

/** Calls come in bursts; the throttle is against a rate that lasts. */
export const costly = (requestsPerSecond: number): Throttle => ({ requestsPerSecond, burst: 5 * requestsPerSecond });

const fromOne = { least: 1, most: 1_000_000 };
/** 0 takes a ceiling away. */
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
