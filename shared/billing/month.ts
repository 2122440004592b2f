import { monthName } from '../table/time-names.ts';

/** Calendar months in UTC. They are the periods of usage and of subscriptions. */

export interface Month {
  /** `2026-03` */
  readonly name: string;
  readonly from: number;
  /** The first instant of the next month. */
  readonly to: number;
}

/** The month of an instant in milliseconds since 1970. */
export function monthOf(milliseconds: number): Month {
  const start = new Date(milliseconds);
  const from = new Date(0).setUTCFullYear(start.getUTCFullYear(), start.getUTCMonth(), 1);
  const to = new Date(from).setUTCMonth(start.getUTCMonth() + 1);
  return { name: monthName(from), from, to };
}
