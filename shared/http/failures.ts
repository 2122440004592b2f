import type * as z from 'zod';
import { type FieldFailure, invalidFields } from '../problems/problem.ts';
import { reasonOf } from '../problems/reason.ts';
import { didYouMean } from '../wire/closest.ts';
import { unknownFieldMark } from '../wire/schema.ts';
import { messageOf } from './messages.ts';

/** The most failures in one answer. */
export const maxFailures = 100;

type Source = 'body' | 'query';
type Step = string | number;

export type Checked = { readonly value: unknown } | { readonly failures: readonly FieldFailure[] };

/** The result of a schema for an input, or the first failed fields with the names of the API. */
export function checked(
  schema: z.ZodType,
  source: Source,
  input: unknown,
  below: readonly Step[] = [],
  most = maxFailures,
): Checked {
  const result = schema.safeParse(input, { error: messageOf, reportInput: true });
  return result.success
    ? { value: result.data }
    : { failures: firstFailures(result.error.issues, source, [source, ...below], most) };
}

/** The result of a schema for an input; throws the failed fields. */
export function parsed(schema: z.ZodType, source: Source, input: unknown): unknown {
  const result = checked(schema, source, input);
  if ('value' in result) return result.value;
  throw invalidFields(result.failures);
}

/** Enough to correct an item; an answer may be about a thousand items. */
const failuresOfItem = 3;

/** One item of a list with a result for each item, or the first failures of the item in one line. */
export function checkedItem(
  schema: z.ZodType,
  item: unknown,
): { readonly value: unknown } | { readonly wrong: string } {
  const read = checked(schema, 'body', item, [], failuresOfItem);
  return 'value' in read ? read : { wrong: reasonOf({ fields: read.failures, message: '' }) };
}

function firstFailures(
  issues: readonly z.core.$ZodIssue[],
  source: Source,
  below: readonly Step[],
  most: number,
): FieldFailure[] {
  const failures: FieldFailure[] = [];
  // zod also measures values of a wrong type: a text where a list should be has "more than 20 characters".
  const mistyped = new Set<string>();
  for (const issue of issues) {
    const place = JSON.stringify(issue.path);
    if (issue.code === 'invalid_type') mistyped.add(place);
    if ((issue.code === 'too_small' || issue.code === 'too_big') && mistyped.has(place)) continue;
    for (const failure of failuresOf(issue, source, below)) {
      if (failures.push(failure) === most) return failures;
    }
  }
  return failures;
}

function* failuresOf(issue: z.core.$ZodIssue, source: Source, below: readonly Step[]): Generator<FieldFailure> {
  const loc = [...below, ...issue.path.map((step) => (typeof step === 'number' ? step : shortened(String(step))))];
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(issue.message);
    for (const key of issue.keys) yield unknownName('field', loc, key, known);
    return;
  }
  if (issue.code === 'custom') {
    const type = typeof issue.params?.type === 'string' ? issue.params.type : 'custom';
    yield { type, loc, msg: issue.message };
    return;
  }
  const absent = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code);
  const { input } = issue as { input?: unknown };
  const twice = source === 'query' && absent && issue.path.length === 1 && Array.isArray(input);
  if (absent && isMissing(issue, input)) yield { type: 'missing', loc, msg: 'Field required' };
  else yield { type: failureType(issue), loc, msg: twice ? 'Should be given once' : issue.message };
}

const knownFields = (message: string): readonly string[] =>
  message.startsWith(unknownFieldMark) ? message.slice(unknownFieldMark.length).split(',') : [];

/** The failure for an unknown name, with a suggestion. */
export function unknownName(
  what: 'field' | 'parameter',
  below: readonly Step[],
  name: string,
  known: readonly string[],
): FieldFailure {
  const shown = shortened(name);
  return { type: 'unknown_field', loc: [...below, shown], msg: `Unknown ${what} "${shown}"${didYouMean(name, known)}` };
}

const mostShown = 128;

/** A name may be as long as a body, and an answer holds up to a hundred names. */
const shortened = (name: string): string => (name.length <= mostShown ? name : `${name.slice(0, mostShown)}…`);

/**
 * Whether the value is missing. An issue of a discriminated union refers to the whole object, and then the
 * discriminator counts.
 */
function isMissing(issue: z.core.$ZodIssue, input: unknown): boolean {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue)) return input === undefined;
  return (input as Readonly<Record<string, unknown>>)[String(issue.discriminator)] === undefined;
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
    case 'invalid_union':
      return 'discriminator' in issue ? 'enum' : 'type_error';
    case 'invalid_format':
      return issue.format === 'regex' ? 'pattern' : 'format';
    default:
      return 'type_error';
  }
}
