import { type Problem, problem } from '../problems/problem.ts';
import type { Feature } from './plans.ts';

export const featureNotEnabled = (feature: Feature): Problem =>
  problem('FEATURE_NOT_ENABLED', `This workspace lacks the feature "${feature}": it comes with a larger plan.`, {
    feature,
  });
