import type { ProblemCode, ProblemDetails } from '../../../shared/problems/catalogue.ts';

/** What the documentation says about one problem. */
export interface Explanation<Details = unknown> {
  /** When it comes. */
  readonly when: string;
  /** What the caller can do. */
  readonly remedy: string;
  /** An example of the sentence. */
  readonly detail: string;
  /** An example of `details`; where they are optional it may be left out. */
  readonly details?: Details;
}

export type Explanations<C extends ProblemCode> = { readonly [K in C]: Explanation<ProblemDetails<K>> };
