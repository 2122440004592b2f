import { holds, readCondition } from './condition.ts';
import type { Scope } from './path.ts';
import type { Step, StepOf } from './steps.ts';
import { Budget, render, renderText } from './template.ts';

/** The part of steps that has no effect: conditions, and filling in templates. */

export type EffectStep = Exclude<Step, StepOf<'condition' | 'delay'>>;

/** Fills in the templates of a step. */
export function inputOf(step: EffectStep, scope: Scope): Record<string, unknown> {
  const budget = new Budget();
  if (step.type !== 'email' && step.type !== 'notification')
    return render(step.config, scope, budget) as Record<string, unknown>;
  const { subject, text } = step.config;
  return { ...step.config, subject: renderText(subject, scope, budget), text: renderText(text, scope, budget) };
}

export function decide(step: StepOf<'condition'>, scope: Scope): boolean {
  const read = readCondition(step.if);
  if ('faults' in read) throw new Error(`The condition of step ${step.id} cannot be read`);
  return holds(read.condition, scope);
}
