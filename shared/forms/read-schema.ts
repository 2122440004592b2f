import { inOrder } from './dependencies.ts';
import { Failures, type Loc } from './failures.ts';
import { GivenObject } from './given.ts';
import { Patterns } from './patterns.ts';
import { LogicReader } from './read-logic.ts';
import { readOptions, readRules, readWithin } from './read-rules.ts';
import type { Field, Level, Schema } from './schema.ts';
import { type FieldType, fieldTypes, isFieldType, places, selects } from './types.ts';
import { checkValue } from './values.ts';

/** Reads the schema of a form, and reports all that is wrong with it at once. */

const mostFields = 500;
const deepestGroup = 5;
const idForm = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

const keys = ['id', 'type', 'label', 'required', 'hint', 'default', 'validation', 'visible_if', 'required_if'];

interface Known {
  readonly field: Field;
  readonly given: GivenObject;
}

class SchemaReader {
  readonly failures = new Failures();
  readonly patterns = new Patterns();
  readonly known: Known[] = [];
  readonly byId = new Map<string, Field>();

  /** The fields of one level; `depth` counts the groups around them. */
  level(holder: GivenObject, parent: Field | undefined, depth: number): Level {
    const all: Field[] = [];
    const list = holder.list('fields', [1, mostFields]);
    if (!list && holder.raw('fields') === undefined) holder.missing('fields');
    for (const [i, item] of (list ?? []).entries()) {
      if (this.failures.isFull) break;
      const given = GivenObject.read(item, [...holder.loc, 'fields', i], this.failures);
      const field = given && this.#field(given, parent, depth);
      if (field) all.push(field);
    }
    return { all, byId: new Map(all.map((field) => [field.id, field])) };
  }

  #field(given: GivenObject, parent: Field | undefined, depth: number): Field | undefined {
    const [id, type] = [this.#id(given), this.#type(given)];
    if (id === undefined || type === undefined) return undefined;
    const family = fieldTypes[type];
    given.allow([...keys, ...ownKeys(type)]);
    const field: Field = {
      id,
      type,
      family,
      index: this.known.length,
      label: this.#label(given, type),
      required: given.flag('required'),
      options: selects.includes(family) ? readOptions(given, this.failures) : undefined,
      rules: readRules(given, type, this.patterns, this.failures),
      within: readWithin(given, type, this.failures),
      parent,
      repeat: parent?.family === 'repeat' ? parent : parent?.repeat,
      fields: undefined,
      visibleIf: undefined,
      requiredIf: undefined,
      calculate: undefined,
    };
    given.text('hint', 1000);
    this.known.push({ field, given });
    this.byId.set(id, field);
    if (family === 'group' || family === 'repeat') this.#inner(given, field, depth);
    return field;
  }

  #inner(given: GivenObject, field: Field, depth: number): void {
    const { family } = field;
    const below = depth + (family === 'group' ? 1 : 0);
    if (family === 'repeat' && field.repeat) given.refuse('type', 'conflict', 'A repeat may not be inside of a repeat');
    else if (below > deepestGroup) given.refuse('type', 'too_large', `Groups may be ${deepestGroup} levels deep`);
    else field.fields = this.level(given, field, below);
  }

  #id(given: GivenObject): string | undefined {
    const id = given.raw('id');
    if (id === undefined) return given.missing('id');
    if (typeof id !== 'string') return given.refuse('id', 'type_error', 'Should be a string');
    if (!idForm.test(id)) {
      return given.refuse('id', 'pattern', 'Should be 1 to 64 of A-Z a-z 0-9 _, beginning with a letter');
    }
    if (this.byId.has(id)) return given.refuse('id', 'conflict', 'Another field of the form has this id');
    return id;
  }

  #type(given: GivenObject): FieldType | undefined {
    const type = given.raw('type');
    if (type === undefined) return given.missing('type');
    if (isFieldType(type)) return type;
    return given.refuse('type', 'enum', `Should be one of ${Object.keys(fieldTypes).join(', ')}`);
  }

  #label(given: GivenObject, type: FieldType): string | undefined {
    const label = given.text('label', 1000, { filled: true });
    if (given.raw('label') === undefined && type !== 'hidden' && type !== 'divider') given.missing('label');
    return label;
  }

  /** Conditions and calculations, which name other fields, and defaults. */
  logic(): void {
    for (const { field, given } of this.known) {
      const reader = new LogicReader(field, this.byId, this.failures);
      const at = (key: string): Loc => [...given.loc, key];
      const [visible, required] = [given.raw('visible_if'), given.raw('required_if')];
      if (visible !== undefined) field.visibleIf = reader.condition(visible, at('visible_if'));
      if (required !== undefined) field.requiredIf = reader.condition(required, at('required_if'));
      if (field.family === 'calculated') {
        const formula = given.raw('calculate');
        if (formula === undefined) given.missing('calculate');
        else field.calculate = reader.expression(formula, at('calculate'));
      }
      const prefill = given.raw('default');
      if (prefill !== undefined) {
        checkValue(field, prefill, (type, below, msg) => this.failures.add(type, [...at('default'), ...below], msg));
      }
    }
  }
}

/** Keys that only some types know. */
function ownKeys(type: FieldType): readonly string[] {
  const family = fieldTypes[type];
  if (selects.includes(family)) return ['options'];
  if (places.includes(family)) return ['within_geofence'];
  if (family === 'group' || family === 'repeat') return ['fields'];
  return family === 'calculated' ? ['calculate'] : [];
}

export type SchemaRead =
  | { readonly schema: Schema; readonly failures?: undefined }
  | { readonly failures: Failures['all'] };

/** @param loc where the schema is in the body; the locations of its failures begin with it */
export function readSchema(value: unknown, loc: Loc = ['body', 'schema']): SchemaRead {
  const reader = new SchemaReader();
  const { failures } = reader;
  const given = GivenObject.read(value, loc, failures);
  if (!given) return { failures: failures.all };
  given.allow(['version', 'title', 'fields']);
  const version = given.raw('version');
  if (version !== undefined && version !== 1) given.refuse('version', 'enum', 'Should be 1');
  const title = given.text('title', 255, { filled: true });
  if (given.raw('title') === undefined) given.missing('title');
  const fields = reader.level(given, undefined, 0);
  if (reader.known.length > mostFields) given.refuse('fields', 'too_long', `Should have at most ${mostFields} fields`);
  reader.logic();
  const order = inOrder(reader.known, failures);
  if (failures.all.length > 0) return { failures: failures.all };
  return { schema: { title: title!, fields, order, byId: reader.byId } };
}
