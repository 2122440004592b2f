/** The values of each type and the rules of `validation`, implemented naively from the documentation. */

type Json = Record<string, unknown>;
type Loc = readonly unknown[];
type Tell = (type: string, loc: Loc) => void;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const given = (value: unknown) => value !== undefined && value !== null;

/** Milliseconds, by the calendar of JavaScript; undefined if the text is not such a moment. */
export function naiveMoment(type: string, text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const forms: Record<string, RegExp> = {
    date: /^\d{4}-\d\d-\d\d$/,
    time: /^\d\d:\d\d(:\d\d)?$/,
    datetime: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/,
  };
  if (!forms[type]?.test(text)) return undefined;
  const whole = type === 'date' ? `${text}T00:00Z` : type === 'time' ? `2000-01-01T${text}Z` : text;
  const [date = '', clock = ''] = whole.split('T');
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  if (day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) return undefined;
  if (Number(clock.slice(0, 2)) > 23) return undefined;
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(whole) ? whole : `${whole}Z`;
  const instant = Date.parse(zoned);
  return Number.isNaN(instant) ? undefined : instant;
}

const limits: Record<string, readonly [number, number]> = {
  latitude: [-90, 90],
  longitude: [-180, 180],
  altitude: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  heading: [0, 360],
};

function members(value: Json, loc: Loc, tell: Tell, known: readonly string[], required: readonly string[]): void {
  for (const key of Object.keys(value))
    if (!known.includes(key) && value[key] !== null) tell('unknown_field', [...loc, key]);
  for (const key of known) {
    const at = [...loc, key];
    const one = value[key];
    if (!given(one)) {
      if (required.includes(key)) tell('missing', at);
    } else if (['points', 'pauses'].includes(key)) {
      if (!Array.isArray(one)) tell('type_error', at);
    } else if (/_at$|^timestamp$/.test(key)) {
      if (naiveMoment('datetime', one) === undefined) tell('format', at);
    } else if (typeof one !== 'number') tell('type_error', at);
    else if (one < (limits[key] ?? [0])[0]!) tell('too_small', at);
    else if (one > (limits[key] ?? [0, Number.POSITIVE_INFINITY])[1]!) tell('too_large', at);
  }
}

const ofPoint = ['latitude', 'longitude', 'altitude', 'accuracy'];
const ofPlace = ['latitude', 'longitude'];

function eachOf(list: unknown, loc: Loc, tell: Tell, known: readonly string[], required: readonly string[]): void {
  if (!Array.isArray(list)) return;
  for (const [i, item] of list.entries()) {
    if (isObject(item)) members(item, [...loc, i], tell, known, required);
    else tell('type_error', [...loc, i]);
  }
}

function checkPlace(type: string, value: unknown, loc: Loc, tell: Tell): void {
  if (!isObject(value)) return tell('type_error', loc);
  if (type === 'geopoint') return members(value, loc, tell, ofPoint, ofPlace);
  const isRoute = type === 'route';
  const own = isRoute ? ['pauses', 'started_at', 'ended_at', 'distance_meters', 'duration_seconds'] : [];
  members(value, loc, tell, ['points', ...own], ['points']);
  const { points, pauses } = value;
  if (Array.isArray(points) && points.length < (isRoute ? 1 : 2)) tell('too_short', [...loc, 'points']);
  const ofTrace = [...ofPoint, 'timestamp', ...(isRoute ? ['speed', 'heading'] : [])];
  eachOf(points, [...loc, 'points'], tell, ofTrace, isRoute ? [...ofPlace, 'timestamp'] : ofPlace);
  if (isRoute) eachOf(pauses, [...loc, 'pauses'], tell, ['paused_at', 'resumed_at'], ['paused_at']);
}

/** Whether the value has the form of the type. */
function checkForm(field: Json, value: unknown, loc: Loc, tell: Tell): void {
  const type = String(field.type);
  const options = ((field.options ?? []) as { value: string }[]).map((option) => option.value);
  const option = (one: unknown, at: Loc) => {
    if (typeof one !== 'string') tell('type_error', at);
    else if (!options.includes(one)) tell('option', at);
  };
  if (['text', 'textarea', 'email', 'phone', 'barcode'].includes(type)) {
    if (typeof value !== 'string') tell('type_error', loc);
    else if (type === 'email' && !/^\S+@\S+$/.test(value)) tell('format', loc);
  } else if (type === 'number' || type === 'integer') {
    if (typeof value !== 'number' || (type === 'integer' && value % 1 !== 0)) tell('type_error', loc);
  } else if (['date', 'time', 'datetime'].includes(type)) {
    if (typeof value !== 'string') tell('type_error', loc);
    else if (naiveMoment(type, value) === undefined) tell('format', loc);
  } else if (type === 'boolean') {
    if (typeof value !== 'boolean') tell('type_error', loc);
  } else if (type === 'select_one') option(value, loc);
  else if (type === 'select_one_other') {
    if (!isObject(value)) return option(value, loc);
    for (const key of Object.keys(value))
      if (key !== 'other' && given(value[key])) tell('unknown_field', [...loc, key]);
    if (!given(value.other) || value.other === '') tell('missing', [...loc, 'other']);
    else if (typeof value.other !== 'string') tell('type_error', [...loc, 'other']);
  } else if (type === 'select_multiple') {
    if (!Array.isArray(value)) return tell('type_error', loc);
    for (const [i, item] of value.entries()) {
      if (value.indexOf(item) < i) tell('option', [...loc, i]);
      else option(item, [...loc, i]);
    }
  } else if (['geopoint', 'geotrace', 'route'].includes(type)) checkPlace(type, value, loc, tell);
  else if (['photo', 'audio', 'video', 'signature', 'file'].includes(type)) {
    if (typeof value !== 'string') tell('type_error', loc);
    else if (value.length > 255) tell('too_long', loc);
  } else if (type === 'hidden') {
    if (typeof value === 'object') tell('type_error', loc);
  } else tell('unknown_field', loc);
}

/** The patterns of the random forms mean the same in JavaScript. */
const searched = (pattern: string, text: string) =>
  pattern.startsWith('(?i)')
    ? new RegExp(pattern.slice(4), 'i').test(text)
    : new RegExp(pattern.replace('\\pL', '\\p{L}'), 'u').test(text);

/** Reports the failures of a value of a field that is neither a group nor a repeat. */
export function checkNaively(field: Json, value: unknown, loc: Loc, tell: Tell): void {
  let isWrong = false;
  checkForm(field, value, loc, (type, at) => {
    isWrong = true;
    tell(type, at);
  });
  if (isWrong) return;
  const rules = (field.validation ?? {}) as Record<string, never>;
  const moment = (one: unknown) => naiveMoment(String(field.type), one);
  const compared = moment(value) ?? (value as number);
  const bound = (one: unknown) => moment(one) ?? (one as number);
  if (rules.min !== undefined && compared < bound(rules.min)) tell('too_small', loc);
  if (rules.max !== undefined && compared > bound(rules.max)) tell('too_large', loc);
  const length = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : 0;
  const { min_length = 0, max_length = 1e9, min_selected = min_length, max_selected = max_length } = rules;
  if (length < min_selected) tell('too_short', loc);
  if (length > max_selected) tell('too_long', loc);
  if (rules.pattern !== undefined && !searched(rules.pattern, value as string)) tell('pattern', loc);
  const { accuracy } = value as { accuracy?: number | null };
  if (rules.max_accuracy === undefined) return;
  if (!given(accuracy)) tell('accuracy', [...loc, 'accuracy']);
  else if (accuracy! > rules.max_accuracy) tell('accuracy', loc);
}
