import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { didYouMean } from '../wire/closest.ts';
import { type Loc, shortened } from './failures.ts';
import { numberOf, scalarOf } from './given.ts';
import { momentForms, momentOf } from './moments.ts';
import { checkPoint, checkPoints, checkRoute } from './place-values.ts';
import type { Field } from './schema.ts';

/** What a value must be for its type, whatever the rules of its field. */

/** Reports a failure; `below` leads from the value to the part that is wrong. */
export type Report = (type: string, below: Loc, msg: string) => void;

/** The longest name of a file or id of a media file. */
const longestName = 255;
const email = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/** Checks the value of a field that is neither a group nor a repeat, and that is answered. */
export function checkValue(field: Field, value: unknown, report: Report): void {
  switch (field.family) {
    case 'text':
      return checkText(field, value, report);
    case 'number':
      return checkNumber(field, value, report);
    case 'moment':
      if (typeof value !== 'string') return report('type_error', [], 'Should be a string');
      if (momentOf(field.type, value) === undefined) report('format', [], `Should be ${momentForms[field.type]}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') report('type_error', [], 'Should be true or false');
      return;
    case 'select_one':
      return checkOption(field, value, [], report);
    case 'select_one_other':
      return isJsonObject(value) ? checkOther(value, report) : checkOption(field, value, [], report);
    case 'select_multiple':
      return checkOptions(field, value, report);
    case 'geopoint':
      return checkPoint(value, [], report);
    case 'geotrace':
      return checkPoints(value, report);
    case 'route':
      return checkRoute(value, report);
    case 'media':
      return checkMedia(value, report);
    case 'hidden':
      if (scalarOf(value) === undefined) report('type_error', [], 'Should be a text, a number, true or false');
      return;
    default:
      report('unknown_field', [], `A ${field.type} takes no value`);
  }
}

function checkText({ type }: Field, value: unknown, report: Report): void {
  if (typeof value !== 'string') report('type_error', [], 'Should be a string');
  else if (type === 'email' && !email.test(value)) report('format', [], 'Should be an e-mail address');
}

function checkNumber({ type }: Field, value: unknown, report: Report): void {
  const number = numberOf(value);
  if (number === undefined) report('type_error', [], 'Should be a number');
  else if (type === 'integer' && !Number.isInteger(number)) report('type_error', [], 'Should be a whole number');
}

function checkMedia(value: unknown, report: Report): void {
  if (typeof value !== 'string') report('type_error', [], 'Should be the id of a media file or the name of a file');
  else if (value.length > longestName) report('too_long', [], `Should have at most ${longestName} characters`);
}

function checkOption({ options }: Field, value: unknown, below: Loc, report: Report): void {
  if (typeof value !== 'string') report('type_error', below, 'Should be the value of an option');
  else if (!options?.has(value)) report('option', below, `"${shortened(value)}" is no option`);
}

function checkOther(value: JsonObject, report: Report): void {
  refuseUnknown(value, ['other'], [], report);
  const { other } = value;
  if (other === undefined || other === null || other === '') report('missing', ['other'], 'Field required');
  else if (typeof other !== 'string') report('type_error', ['other'], 'Should be a string');
}

function checkOptions(field: Field, value: unknown, report: Report): void {
  if (!Array.isArray(value)) return report('type_error', [], 'Should be a list of options');
  const seen = new Set<unknown>();
  for (const [i, item] of value.entries()) {
    if (seen.has(item)) report('option', [i], 'The option is selected twice');
    else checkOption(field, item, [i], report);
    seen.add(item);
    // More items than options contain a failure already, so the rest of a long list is not checked.
    if (i > field.options!.size) return;
  }
}

/** Reports each unknown key of an object, unless its value is null. */
export function refuseUnknown(value: JsonObject, known: readonly string[], below: Loc, report: Report): void {
  for (const key in value) {
    if (known.includes(key) || value[key] === null) continue;
    const name = shortened(key);
    report('unknown_field', [...below, name], `Unknown field "${name}"${didYouMean(key, known)}`);
  }
}
