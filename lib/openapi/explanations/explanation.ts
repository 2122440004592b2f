import type { ProblemCode, ProblemDetails } from '../../../shared/problems/catalogue.ts';

/** The documentation of one problem. */
export interface Explanation<Details = unknown> {
  /** When the problem occurs. */
  readonly when: string;
  /** What the caller can do. */
  readonly remedy: string;
  /** An example of the sentence. */
  readonly detail: string;
  /** An example of `details`; it may be left out if they are optional. */
  readonly details?: Details;
}

export type Explanations<C extends ProblemCode> = { readonly [K in C]: Explanation<ProblemDetails<K>> };
