import type { ProblemCode } from '../../shared/problems/catalogue.ts';
import { access } from './explanations/access.ts';
import type { Explanation, Explanations } from './explanations/explanation.ts';
import { requests } from './explanations/requests.ts';
import { service } from './explanations/service.ts';
import { states } from './explanations/states.ts';

/**
 * A text for every code of the catalogue. It is used in the examples of the document and in the pages at
 * `/docs/errors/{code}`.
 */
export const explanations: Readonly<Record<ProblemCode, Explanation>> = {
  ...access,
  ...requests,
  ...states,
  ...service,
} satisfies Explanations<ProblemCode>;
