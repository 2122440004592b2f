import { unknownName } from '../http/failures.ts';
import { isWrittenNumber } from '../json/exact.ts';
import type { FieldFailure } from '../problems/problem.ts';
import type { FreeObject } from '../wire/free-object.ts';
import type { ClassField } from './class-fields.ts';

/** The check of an annotation's `values` against its class. */

const below = ['body', 'values'] as const;
const mostFailures = 100;
const longestText = 255;

/** The failures of `values`; null means absent. */
export function failuresOfValues(fields: readonly ClassField[], values: FreeObject): FieldFailure[] {
  const known = fields.map(({ key }) => key);
  const unknown = Object.keys(values).filter((key) => !known.includes(key));
  const wrong = fields.flatMap((field) => {
    const value = Object.hasOwn(values, field.key) ? values[field.key] : null;
    const failure = value === null ? missing(field) : misfit(field, value);
    return failure ? [{ loc: [...below, field.key], ...failure }] : [];
  });
  return [...unknown.map((key) => unknownName('field', below, key, known)), ...wrong].slice(0, mostFailures);
}

type Failure = Omit<FieldFailure, 'loc'> | undefined;

const missing = ({ required }: ClassField): Failure =>
  required ? { type: 'missing', msg: 'Field required' } : undefined;

function misfit({ type, options }: ClassField, value: unknown): Failure {
  if (type === 'number') return typeof value === 'number' || isWrittenNumber(value) ? undefined : notA('a number');
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : notA('true or false');
  if (typeof value !== 'string') return notA('a string');
  if (type === 'enum') return options?.includes(value) ? undefined : notAnOption(options ?? []);
  return [...value].length > longestText ? tooLong : undefined;
}

const notA = (what: string): Failure => ({ type: 'type_error', msg: `Should be ${what}` });
const tooLong: Failure = { type: 'too_long', msg: `Should have at most ${longestText} characters` };
const mostListed = 10;
function notAnOption(options: readonly string[]): Failure {
  const listed = options.slice(0, mostListed).map((option) => `"${option}"`);
  return { type: 'enum', msg: `Should be one of ${listed.join(', ')}${options.length > mostListed ? ', …' : ''}` };
}
