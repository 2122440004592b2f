import { RE2JS } from 're2js';
import { isJsonObject } from '../json/exact.ts';
import { equal, order } from './compare.ts';
import { missing, type Path, parsePath, readPath, type Scope } from './path.ts';
import { Budget, brokenTemplates, hasTemplate, renderOrMissing } from './template.ts';

/** Conditions: read into a tree that is evaluated. A missing path makes every comparison false, `ne` too. */

export const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'exists', 'matches'] as const;
export type Operator = (typeof operators)[number];

interface Comparison {
  readonly path: Path;
  readonly op: Operator;
  /** With templates. */
  readonly value: unknown;
}

export type Condition =
  | Comparison
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** Something that is wrong with a condition. */
export interface Fault {
  readonly type: string;
  readonly at: readonly (string | number)[];
  readonly message: string;
}

type At = readonly (string | number)[];
type Read = { readonly condition: Condition } | { readonly faults: readonly Fault[] };

const mostLevels = 10;
const mostParts = 50;
const longestPattern = 500;
const longestText = 64 * 1024;

const fault = (type: string, at: At, message: string): Read => ({ faults: [{ type, at, message }] });

/** Reads a condition as it was sent. */
export function readCondition(given: unknown, at: At = [], level = 1): Read {
  if (!isJsonObject(given)) return fault('type_error', at, 'Should be an object');
  if (level > mostLevels) return fault('too_large', at, `Should be nested at most ${mostLevels} levels deep`);
  const form = (['all', 'any', 'not', 'field'] as const).find((name) => Object.hasOwn(given, name));
  if (!form) return fault('missing', [...at, 'field'], 'Should have "field" and "op", or "all", "any" or "not"');
  const known = form === 'field' ? ['field', 'op', 'value'] : [form];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) return fault('unknown_field', [...at, unknown], `Unknown field "${unknown.slice(0, 64)}"`);
  if (form === 'field') return readComparison(given, at);
  if (form === 'not') {
    const inner = readCondition(given.not, [...at, 'not'], level + 1);
    return 'faults' in inner ? inner : { condition: { not: inner.condition } };
  }
  return readParts(given[form], form, [...at, form], level);
}

function readParts(given: unknown, form: 'all' | 'any', at: At, level: number): Read {
  if (!Array.isArray(given)) return fault('type_error', at, 'Should be a list');
  if (given.length === 0) return fault('too_short', at, 'Should have at least 1 item');
  if (given.length > mostParts) return fault('too_long', at, `Should have at most ${mostParts} items`);
  const parts: Condition[] = [];
  for (const [i, item] of given.entries()) {
    const part = readCondition(item, [...at, i], level + 1);
    if ('faults' in part) return part;
    parts.push(part.condition);
  }
  return { condition: form === 'all' ? { all: parts } : { any: parts } };
}

function readComparison({ field, op, value }: Readonly<Record<string, unknown>>, at: At): Read {
  const path = typeof field === 'string' ? parsePath(field) : undefined;
  if (!path) return fault('pattern', [...at, 'field'], 'Should be a path such as event.data.deviceId');
  if (op === undefined) return fault('missing', [...at, 'op'], 'Field required');
  if (!operators.includes(op as Operator)) {
    return fault('enum', [...at, 'op'], `Should be one of ${operators.join(', ')}`);
  }
  const wrong = valueFault(op as Operator, value);
  if (wrong) return fault(wrong.type, [...at, 'value'], wrong.message);
  const [broken] = op === 'matches' ? [] : brokenTemplates(value);
  if (broken) return fault('pattern', [...at, 'value', ...broken.at], broken.message);
  return { condition: { path, op: op as Operator, value } };
}

const wrong = (type: string, message: string) => ({ type, message });
const isTemplate = (value: unknown): boolean => typeof value === 'string' && hasTemplate(value);

function valueFault(op: Operator, value: unknown): { readonly type: string; readonly message: string } | undefined {
  if (op === 'exists') {
    return value === undefined || typeof value === 'boolean' ? undefined : wrong('type_error', 'Should be a boolean');
  }
  if (value === undefined) return wrong('missing', 'Field required');
  if (op === 'in')
    return Array.isArray(value) || isTemplate(value) ? undefined : wrong('type_error', 'Should be a list');
  if (op === 'matches') return patternFault(value);
  const isOrder = op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte';
  if (isOrder && order(value, value) === undefined) return wrong('type_error', 'Should be a number or a text');
  return undefined;
}

function patternFault(value: unknown) {
  if (typeof value !== 'string') return wrong('type_error', 'Should be a text');
  if (value.length > longestPattern) return wrong('too_long', `Should have at most ${longestPattern} characters`);
  try {
    RE2JS.compile(value);
    return undefined;
  } catch {
    return wrong('pattern', 'Should be a regular expression of RE2, which has no look-around and no back-references');
  }
}

/** @throws RenderingTooLarge */
export function holds(condition: Condition, scope: Scope, budget = new Budget()): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, scope, budget));
  if ('any' in condition) return condition.any.some((part) => holds(part, scope, budget));
  if ('not' in condition) return !holds(condition.not, scope, budget);
  const found = readPath(scope, condition.path);
  if (condition.op === 'exists') return (found !== missing) === (condition.value !== false);
  const value = condition.op === 'matches' ? condition.value : renderOrMissing(condition.value, scope, budget);
  return found !== missing && value !== missing && compare(condition.op, found, value);
}

function compare(op: Exclude<Operator, 'exists'>, found: unknown, value: unknown): boolean {
  switch (op) {
    case 'eq':
      return equal(found, value);
    case 'ne':
      return !equal(found, value);
    case 'in':
      return Array.isArray(value) && value.some((one) => equal(found, one));
    case 'contains':
      return contains(found, value);
    case 'matches':
      return (
        typeof found === 'string' && found.length <= longestText && RE2JS.compile(String(value)).matcher(found).find()
      );
    default:
      return isInOrder(op, order(found, value));
  }
}

function contains(found: unknown, value: unknown): boolean {
  if (typeof found === 'string') return typeof value === 'string' && found.includes(value);
  return Array.isArray(found) && found.some((one) => equal(one, value));
}

function isInOrder(op: 'gt' | 'gte' | 'lt' | 'lte', ordered: number | undefined): boolean {
  if (ordered === undefined) return false;
  if (ordered === 0) return op === 'gte' || op === 'lte';
  return ordered > 0 ? op === 'gt' || op === 'gte' : op === 'lt' || op === 'lte';
}
