import type { Failures } from './failures.ts';
import { GivenObject } from './given.ts';
import { momentForms, momentOf } from './moments.ts';
import type { Patterns } from './patterns.ts';
import type { Pattern, Rules, Within } from './schema.ts';
import { type FieldType, fieldTypes, mostItems, places, type RuleName, rulesOf } from './types.ts';

/** Reading `validation` and `within_geofence` of a field. */

const anyNumber = [-Number.MAX_VALUE, Number.MAX_VALUE] as const;

const pairs: readonly (readonly [RuleName, RuleName])[] = [
  ['min', 'max'],
  ['min_length', 'max_length'],
  ['min_selected', 'max_selected'],
  ['min_items', 'max_items'],
];

export function readRules(field: GivenObject, type: FieldType, patterns: Patterns, failures: Failures): Rules {
  const raw = field.raw('validation');
  const given = raw === undefined ? undefined : GivenObject.read(raw, [...field.loc, 'validation'], failures);
  if (!given) return { shown: {} };
  const known = rulesOf[fieldTypes[type]] ?? [];
  given.allow([...known, 'message']);
  const rules: Record<string, unknown> = { message: given.text('message', 1000), shown: given.value };
  for (const name of known) rules[name] = readRule(given, name, type, patterns);
  for (const [least, most] of pairs) {
    const [low, high] = [rules[least], rules[most]] as (number | undefined)[];
    if (low !== undefined && high !== undefined && low > high) {
      given.refuse(most, 'conflict', `Should not be less than "${least}"`);
    }
  }
  return rules as unknown as Rules;
}

function readRule(
  given: GivenObject,
  name: RuleName,
  type: FieldType,
  patterns: Patterns,
): number | Pattern | undefined {
  if (name === 'pattern') return patterns.read(given);
  if (name === 'max_accuracy') return given.number(name, [0, Number.MAX_VALUE]);
  if (name === 'max_items' || name === 'min_items') {
    const count = given.count(name);
    if (count !== undefined && count > mostItems) given.refuse(name, 'too_large', `Should be at most ${mostItems}`);
    return count;
  }
  if (name !== 'min' && name !== 'max') return given.count(name);
  const form = momentForms[type];
  if (form === undefined) return given.number(name, anyNumber);
  const bound = given.raw(name);
  const moment = bound === undefined ? undefined : momentOf(type, bound);
  if (bound !== undefined && moment === undefined) given.refuse(name, 'format', `Should be ${form}`);
  return moment;
}

const withinKeys = ['geofence_id', 'tag', 'group_name', 'mode', 'max_distance_meters', 'use_accuracy'];

export function readWithin(field: GivenObject, type: FieldType, failures: Failures): Within | undefined {
  const raw = field.raw('within_geofence');
  if (raw === undefined || !places.includes(fieldTypes[type])) return undefined;
  const given = GivenObject.read(raw, [...field.loc, 'within_geofence'], failures);
  if (!given) return undefined;
  given.allow(withinKeys);
  const mode = given.raw('mode') ?? 'reject';
  if (mode !== 'reject' && mode !== 'flag') given.refuse('mode', 'enum', 'Should be "reject" or "flag"');
  return {
    ...readTarget(given, type),
    mode: mode === 'flag' ? 'flag' : 'reject',
    maxDistanceMeters: given.number('max_distance_meters', [0, 10_000]) ?? 0,
    useAccuracy: given.flag('use_accuracy'),
  };
}

function readTarget(given: GivenObject, type: FieldType): Pick<Within, 'geofenceId' | 'tag' | 'groupName'> {
  const geofenceId = given.text('geofence_id', 128, { filled: true })?.toLowerCase();
  const tag = given.text('tag', 64, { filled: true });
  const groupName = given.text('group_name', 255, { filled: true });
  const named = ['geofence_id', 'tag', 'group_name'].filter((key) => given.raw(key) !== undefined);
  if (named.length === 0) given.missing('geofence_id');
  if (named.length > 1) given.refuse(named[1]!, 'conflict', `Send either "${named[0]}" or "${named[1]}"`);
  const many = named.find((key) => key !== 'geofence_id');
  if (many && type !== 'geopoint') given.refuse(many, 'conflict', 'Only a geopoint may be checked so; name a geofence');
  return { geofenceId, tag, groupName };
}

/** Texts of options, for `select_*`. */
export function readOptions(field: GivenObject, failures: Failures): ReadonlySet<string> | undefined {
  const list = field.list('options', [1, 1000]);
  if (!list) {
    if (field.raw('options') === undefined) field.missing('options');
    return undefined;
  }
  const values = new Set<string>();
  for (const [i, item] of list.entries()) {
    if (failures.isFull) break;
    const option = GivenObject.read(item, [...field.loc, 'options', i], failures);
    if (option) readOption(option, values);
  }
  return values;
}

function readOption(option: GivenObject, values: Set<string>): void {
  option.allow(['value', 'label']);
  const [value, label] = [option.text('value', 255, { filled: true }), option.text('label', 1000)];
  if (option.raw('value') === undefined) option.missing('value');
  if (option.raw('label') === undefined || label === '') option.missing('label');
  if (value === undefined) return;
  if (value.includes('|')) option.refuse('value', 'pattern', 'Should hold no "|", which separates values in exports');
  if (values.has(value)) option.refuse('value', 'conflict', 'Another option has this value');
  values.add(value);
}
