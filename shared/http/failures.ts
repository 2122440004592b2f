import type * as z from 'zod';
import { type FieldFailure, invalidFields } from '../problems/problem.ts';
import { closest } from '../wire/closest.ts';
import { unknownFieldMark } from '../wire/schema.ts';

/** At most this many failures are listed in one answer. */
const maxFailures = 100;

/** Failed fields of a zod error in the wire's words. `input` is what was parsed, to tell missing from wrong. */
export function fieldFailures(error: z.ZodError, source: 'body' | 'query', input: unknown): FieldFailure[] {
  return error.issues.flatMap((issue) => failuresOf(issue, source, input)).slice(0, maxFailures);
}

/** What a schema makes of an input; throws the failed fields. */
export function parsed(schema: z.ZodType, source: 'body' | 'query', input: unknown): unknown {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidFields(fieldFailures(result.error, source, input));
}

function failuresOf(issue: z.core.$ZodIssue, source: string, input: unknown): FieldFailure[] {
  const loc = [source, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.startsWith(unknownFieldMark)
      ? issue.message.slice(unknownFieldMark.length).split(',')
      : [];
    return issue.keys
      .slice(0, maxFailures)
      .map((key) => ({ type: 'unknown_field', loc: [...loc, key], msg: unknownField(key, known) }));
  }
  if (issue.code === 'custom') {
    const type = typeof issue.params?.type === 'string' ? issue.params.type : 'custom';
    return [{ type, loc, msg: issue.message }];
  }
  const absent = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code);
  if (absent && valueAt(input, issue.path) === undefined) {
    return [{ type: 'missing', loc, msg: 'Field required' }];
  }
  const repeated = source === 'query' && absent && issue.path.length === 1 && Array.isArray(valueAt(input, issue.path));
  return [
    { type: failureType(issue), loc, msg: repeated ? 'Should be given once' : sentence(issue) + meant(issue, input) },
  ];
}

/** A shorter text is as like one choice as like another. */
const shortestMeant = 3;

/** The choice that a misspelt one means, as in a scope or a role. */
function meant(issue: z.core.$ZodIssue, input: unknown): string {
  const value = valueAt(input, issue.path);
  if (issue.code !== 'invalid_value' || typeof value !== 'string' || value.length < shortestMeant) return '';
  const choice = closest(value, issue.values.map(String));
  return choice ? `; did you mean "${choice}"?` : '';
}

function failureType(issue: z.core.$ZodIssue): string {
  const counted = 'origin' in issue && ['string', 'array', 'set', 'file'].includes(issue.origin);
  switch (issue.code) {
    case 'too_small':
      return counted ? 'too_short' : 'too_small';
    case 'too_big':
      return counted ? 'too_long' : 'too_large';
    case 'invalid_value':
      return 'enum';
    case 'invalid_format':
      return issue.format === 'regex' ? 'pattern' : 'format';
    default:
      return 'type_error';
  }
}

/** zod's words in ours: what the value should be. */
function sentence(issue: z.core.$ZodIssue): string {
  return issue.message
    .replace(/^Invalid input: expected/, 'Input should be')
    .replace(/, received .*$/, '')
    .replace(/^Too big: expected \w+ to be <=?/, 'Should be at most ')
    .replace(/^Too small: expected \w+ to be >=?/, 'Should be at least ')
    .replace(/^Too big: expected \w+ to have <=?/, 'Should have at most ')
    .replace(/^Too small: expected \w+ to have >=?/, 'Should have at least ')
    .replace(/^Invalid option: expected one of /, 'Should be one of ');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], input);
}

function unknownField(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `Unknown field "${name}"${meant ? `; did you mean "${meant}"?` : ''}`;
}
