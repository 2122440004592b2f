import { equals, type Filter } from '../entity/filters.ts';
import { invalidFields } from '../problems/problem.ts';
import type { Span } from '../table/ids.ts';
import { boundedInstant, printInstant } from '../wire/schema.ts';

/** The period of an annotation or of a reference pair. */

/** An instant from 1970 to 9999 in a body, in the form that responses print. */
export const periodInstant = () => boundedInstant().transform(printInstant);

interface Period {
  readonly from: string;
  readonly to: string | null;
}

/** @throws VALIDATION_ERROR */
export function requireInOrder({ from, to }: Period): void {
  if (to === null || Date.parse(to) >= Date.parse(from)) return;
  throw invalidFields([{ type: 'conflict', loc: ['body', 'to'], msg: 'Should not be before "from"' }]);
}

export const beginOf = ({ from }: Period): number => Date.parse(from);
/** An annotation without an end is about one instant. */
export const endOf = ({ from, to }: Period): number => Date.parse(to ?? from);

/** Filters of a list: entities whose period overlaps the requested one; both ends belong to a period. */
export const overlapFilters = {
  from: {
    ...equals('to'),
    storedValue: (values) => endOf(values as Period),
    test: (name, value) => `${name} >= ${value}`,
    queryValue: (given) => (given as Span | undefined)?.from,
  },
  to: {
    ...equals('from'),
    storedValue: (values) => beginOf(values as Period),
    test: (name, value) => `${name} <= ${value}`,
    queryValue: (given) => (given as Span | undefined)?.to,
  },
} as const satisfies Readonly<Record<string, Filter>>;
