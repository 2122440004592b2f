import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { didYouMean } from '../wire/closest.ts';
import { type Loc, shortened } from './failures.ts';
import { numberOf, scalarOf } from './given.ts';
import { momentForms, momentOf } from './moments.ts';
import { checkPoint, checkPoints, checkRoute } from './place-values.ts';
import type { Field } from './schema.ts';

/** What a value must be for its type, whatever the rules of its field. */

/** Tells a failure; `below` leads from the value to the part that is wrong. */
export type Tell = (type: string, below: Loc, msg: string) => void;

/** The longest name of a file or id of a media file. */
const longestName = 255;
const email = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/** Checks the value of a field that is neither a group nor a repeat, and that is answered. */
export function checkValue(field: Field, value: unknown, tell: Tell): void {
  switch (field.family) {
    case 'text':
      return checkText(field, value, tell);
    case 'number':
      return checkNumber(field, value, tell);
    case 'moment':
      if (typeof value !== 'string') return tell('type_error', [], 'Should be a string');
      if (momentOf(field.type, value) === undefined) tell('format', [], `Should be ${momentForms[field.type]}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') tell('type_error', [], 'Should be true or false');
      return;
    case 'select_one':
      return checkOption(field, value, [], tell);
    case 'select_one_other':
      return isJsonObject(value) ? checkOther(value, tell) : checkOption(field, value, [], tell);
    case 'select_multiple':
      return checkOptions(field, value, tell);
    case 'geopoint':
      return checkPoint(value, [], tell);
    case 'geotrace':
      return checkPoints(value, tell);
    case 'route':
      return checkRoute(value, tell);
    case 'media':
      return checkMedia(value, tell);
    case 'hidden':
      if (scalarOf(value) === undefined) tell('type_error', [], 'Should be a text, a number, true or false');
      return;
    default:
      tell('unknown_field', [], `A ${field.type} takes no value`);
  }
}

function checkText({ type }: Field, value: unknown, tell: Tell): void {
  if (typeof value !== 'string') tell('type_error', [], 'Should be a string');
  else if (type === 'email' && !email.test(value)) tell('format', [], 'Should be an e-mail address');
}

function checkNumber({ type }: Field, value: unknown, tell: Tell): void {
  const number = numberOf(value);
  if (number === undefined) tell('type_error', [], 'Should be a number');
  else if (type === 'integer' && !Number.isInteger(number)) tell('type_error', [], 'Should be a whole number');
}

function checkMedia(value: unknown, tell: Tell): void {
  if (typeof value !== 'string') tell('type_error', [], 'Should be the id of a media file or the name of a file');
  else if (value.length > longestName) tell('too_long', [], `Should have at most ${longestName} characters`);
}

function checkOption({ options }: Field, value: unknown, below: Loc, tell: Tell): void {
  if (typeof value !== 'string') tell('type_error', below, 'Should be the value of an option');
  else if (!options?.has(value)) tell('option', below, `"${shortened(value)}" is no option`);
}

function checkOther(value: JsonObject, tell: Tell): void {
  refuseUnknown(value, ['other'], [], tell);
  const { other } = value;
  if (other === undefined || other === null || other === '') tell('missing', ['other'], 'Field required');
  else if (typeof other !== 'string') tell('type_error', ['other'], 'Should be a string');
}

function checkOptions(field: Field, value: unknown, tell: Tell): void {
  if (!Array.isArray(value)) return tell('type_error', [], 'Should be a list of options');
  const seen = new Set<unknown>();
  for (const [i, item] of value.entries()) {
    if (seen.has(item)) tell('option', [i], 'The option is selected twice');
    else checkOption(field, item, [i], tell);
    seen.add(item);
    // More than all options cannot be selected, so the rest of a long list is not looked at.
    if (i > field.options!.size) return;
  }
}

/** Tells each key of an object that has a value and no meaning. */
export function refuseUnknown(value: JsonObject, known: readonly string[], below: Loc, tell: Tell): void {
  for (const key in value) {
    if (known.includes(key) || value[key] === null) continue;
    const name = shortened(key);
    tell('unknown_field', [...below, name], `Unknown field "${name}"${didYouMean(key, known)}`);
  }
}
