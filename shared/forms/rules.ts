import { isJsonObject } from '../json/exact.ts';
import { lengthOf, numberOf } from './given.ts';
import { momentOf } from './moments.ts';
import type { Field, Rules } from './schema.ts';
import type { Report } from './values.ts';

/** The rules of `validation`, for a value that has the form of its type. */
export function checkRules(field: Field, value: unknown, report: Report): void {
  switch (field.family) {
    case 'text':
      return checkText(field.rules, value as string, report);
    case 'number':
      return checkBounds(field.rules, numberOf(value)!, report);
    case 'moment':
      return checkBounds(field.rules, momentOf(field.type, value)!, report);
    case 'select_multiple':
      return checkCount(field.rules, 'selected', (value as readonly unknown[]).length, report);
    case 'repeat':
      return checkCount(field.rules, 'items', (value as readonly unknown[]).length, report);
    case 'geopoint':
      return checkAccuracy(field.rules, value, report);
    default:
  }
}

function checkText({ min_length, max_length, pattern }: Rules, value: string, report: Report): void {
  const length = min_length === undefined && max_length === undefined ? 0 : lengthOf(value);
  if (min_length !== undefined && length < min_length) {
    report('too_short', [], `Should have at least ${min_length} characters`);
  }
  if (max_length !== undefined && length > max_length) {
    report('too_long', [], `Should have at most ${max_length} characters`);
  }
  if (pattern && !pattern.test(value)) report('pattern', [], `Should match the pattern ${pattern.source}`);
}

function checkBounds({ min, max, shown }: Rules, value: number, report: Report): void {
  if (min !== undefined && value < min) report('too_small', [], `Should be at least ${printed(shown.min)}`);
  if (max !== undefined && value > max) report('too_large', [], `Should be at most ${printed(shown.max)}`);
}

const printed = (bound: unknown): string => (typeof bound === 'string' ? bound : JSON.stringify(bound));

function checkCount(rules: Rules, what: 'selected' | 'items', count: number, report: Report): void {
  const [least, most] = [rules[`min_${what}`], rules[`max_${what}`]];
  const counted = what === 'items' ? 'items' : 'selected options';
  if (least !== undefined && count < least) report('too_short', [], `Should have at least ${least} ${counted}`);
  if (most !== undefined && count > most) report('too_long', [], `Should have at most ${most} ${counted}`);
}

/** A point without an accuracy breaks the rule. */
function checkAccuracy({ max_accuracy }: Rules, value: unknown, report: Report): void {
  if (max_accuracy === undefined) return;
  const accuracy = isJsonObject(value) ? numberOf(value.accuracy) : undefined;
  if (accuracy === undefined) report('accuracy', ['accuracy'], `Should tell an accuracy of at most ${max_accuracy} m`);
  else if (accuracy > max_accuracy)
    report('accuracy', [], `Should be accurate to ${max_accuracy} m, not to ${accuracy} m`);
}
