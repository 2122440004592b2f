import type * as z from 'zod';
import { didYouMean } from '../wire/closest.ts';

/** Our own messages for invalid values: one sentence per kind of issue, for schemas without their own message. */

type Issue = z.core.$ZodRawIssue;

/** The types of JSON and of queries. Other types do not occur. */
const types: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  guid: 'a UUID',
  email: 'an e-mail address such as name@example.com',
  url: 'a URL such as https://example.com/',
};

/** A shorter text resembles all choices equally. */
const shortestMeant = 3;
/** A longer list of values would not help anybody. */
const mostListed = 12;

export function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Should be ${types[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options.map(String), undefined)
        : 'Should have one of the documented forms';
    case 'too_big':
      return `Should ${bound(issue, issue.maximum, 'at most', 'less than')}`;
    case 'too_small':
      return `Should ${bound(issue, issue.minimum, 'at least', 'more than')}`;
    case 'not_multiple_of':
      return `Should be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `Should be ${formats[issue.format] ?? 'written in the documented form'}`;
    case 'invalid_key':
      return 'Has a key that is not allowed';
    case 'invalid_element':
      return 'Has a value that is not allowed';
    case 'unrecognized_keys':
      return 'Has fields that are not known';
    default:
      return 'Is not allowed';
  }
}

interface Bounded {
  readonly origin: string;
  readonly inclusive?: boolean | undefined;
  readonly exact?: boolean | undefined;
}

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
};

function bound({ origin, inclusive = true, exact }: Bounded, limit: number | bigint, within: string, beyond: string) {
  const how = exact ? 'exactly' : inclusive ? within : beyond;
  const unit = units[origin];
  return unit ? `have ${how} ${limit} ${unit[limit === 1 ? 0 : 1]}` : `be ${how} ${limit}`;
}

function oneOf(values: readonly string[], given: unknown): string {
  const meant = typeof given === 'string' && given.length >= shortestMeant ? didYouMean(given, values) : '';
  if (values.length > mostListed) return `Should be one of the documented values${meant}`;
  const quoted = values.map((value) => `"${value}"`);
  const last = quoted.pop();
  return `Should be ${quoted.length > 0 ? `${quoted.join(', ')} or ` : ''}${last}${meant}`;
}
