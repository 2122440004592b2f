import { equals, type Filter } from '../entity/filters.ts';
import { invalidFields } from '../problems/problem.ts';
import type { Span } from '../table/ids.ts';
import { boundedInstant, printInstant } from '../wire/schema.ts';

/** The time that an annotation or a reference pair is about: from an instant to another one. */

/** An instant from 1970 to 9999 in a body, as answers print it. */
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

/** Filters of a list: entities whose period, from its begin to its end, shares an instant with the one asked for. */
export const overlapFilters = {
  from: {
    ...equals('to'),
    kept: (values) => endOf(values as Period),
    test: (name, value) => `${name} >= ${value}`,
    asked: (given) => (given as Span | undefined)?.from,
  },
  to: {
    ...equals('from'),
    kept: (values) => beginOf(values as Period),
    test: (name, value) => `${name} <= ${value}`,
    asked: (given) => (given as Span | undefined)?.to,
  },
} as const satisfies Readonly<Record<string, Filter>>;
