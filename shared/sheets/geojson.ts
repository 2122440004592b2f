import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { printInstant } from '../wire/schema.ts';
import type { Filled } from './filled.ts';
import { answerOf, isSpatial, type Layout, rowsOf, type SheetField } from './layout.ts';
import { geometryOf, type SheetGeometry, telemetryOf } from './shapes.ts';

/** Submissions as GeoJSON: a feature for each answered field that says where something is or was. */

export interface SheetFeature {
  readonly type: 'Feature';
  /** `<submission>/<field>`; within a repeat `<submission>/<field>/<index of the row>`. */
  readonly id: string;
  readonly geometry: SheetGeometry;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Properties that are not fields of the form. */
export const ownProperties = ['submission_id', 'form_id', 'field_id', 'collected_at', 'row_index', 'telemetry'];

/** A field as a property. */
export interface PropertyField {
  /** The id of the field, with `_` behind it where every feature has a property of that name. */
  readonly name: string;
  readonly field: SheetField;
}

/** The fields of a submission or of a row: those that are properties, and those that give features. */
interface Split {
  readonly properties: readonly PropertyField[];
  readonly places: readonly SheetField[];
}

/** What is computed once for each layout. */
interface Splits {
  readonly whole: Split;
  readonly rows: ReadonlyMap<string, Split>;
}

function splitOf(fields: readonly SheetField[], others: readonly SheetField[]): Split {
  const ids = new Set([...fields, ...others].map(({ id }) => id));
  const nameOf = ({ id }: SheetField): string => {
    let name = id;
    while (ownProperties.includes(name) || (name !== id && ids.has(name))) name += '_';
    return name;
  };
  return {
    properties: fields.filter((field) => !isSpatial(field)).map((field) => ({ name: nameOf(field), field })),
    places: fields.filter(isSpatial),
  };
}

const cache = new WeakMap<Layout, Splits>();

function splitsOf(layout: Layout): Splits {
  const known = cache.get(layout);
  if (known) return known;
  const { fields, repeats } = layout;
  const rows = new Map(repeats.map(({ id }) => [id, splitOf(layout.fieldsOf(id), fields)]));
  const splits = { whole: splitOf(fields, []), rows };
  cache.set(layout, splits);
  return splits;
}

/** The fields that become properties. Fields in a repeat become properties only of features in that repeat. */
export function propertiesOf(layout: Layout): { whole: readonly PropertyField[]; rows: readonly PropertyField[] } {
  const { whole, rows } = splitsOf(layout);
  return { whole: whole.properties, rows: [...rows.values()].flatMap(({ properties }) => properties) };
}

interface Row {
  readonly index: number;
  readonly data: JsonObject;
  readonly split: Split;
}

interface Place {
  readonly field: SheetField;
  readonly value: JsonObject;
  readonly row?: Row;
}

function* placesOf(layout: Layout, data: JsonObject): Generator<Place> {
  const { rows } = splitsOf(layout);
  for (const field of layout.fields) {
    const value = isSpatial(field) ? answerOf(data, field) : undefined;
    if (isJsonObject(value)) yield { field, value };
    const split = rows.get(field.id);
    if (!split || split.places.length === 0) continue;
    for (const [index, row] of rowsOf(data, field).entries()) {
      for (const one of split.places) {
        const there = answerOf(row, one);
        if (isJsonObject(there)) yield { field: one, value: there, row: { index, data: row, split } };
      }
    }
  }
}

/** The features of a submission, in the order of the fields. */
export function* featuresOf(layout: Layout, submission: Filled): Generator<SheetFeature> {
  const { id, formId, collectedAt, data } = submission;
  let shared: Readonly<Record<string, unknown>> | undefined;
  for (const { field, value, row } of placesOf(layout, data)) {
    shared ??= answersOf(layout, data);
    const properties = {
      submission_id: id,
      form_id: formId,
      field_id: field.id,
      collected_at: printInstant(collectedAt),
      ...(row ? { row_index: row.index } : {}),
      ...(row ? withRow(layout, shared, row) : shared),
      ...(field.family === 'route' ? { telemetry: telemetryOf(value) } : {}),
    };
    const place = row ? `${id}/${field.id}/${row.index}` : `${id}/${field.id}`;
    yield { type: 'Feature', id: place, geometry: geometryOf(field.family, value), properties };
  }
}

/**
 * The answers of all fields that are not spatial; null if unanswered. Rows of repeats are objects with their fields by
 * id.
 */
function answersOf(layout: Layout, data: JsonObject): Record<string, unknown> {
  const { whole, rows } = splitsOf(layout);
  return Object.fromEntries(
    whole.properties.map(({ name, field }) => {
      const split = rows.get(field.id);
      if (!split) return [name, answerOf(data, field) ?? null];
      return [name, rowsOf(data, field).map((row) => answeredOf(split, row))];
    }),
  );
}

/** Only the answered fields of a row, since there may be a thousand rows with hundreds of fields. */
const answeredOf = ({ properties }: Split, row: JsonObject) =>
  Object.fromEntries(
    properties.flatMap(({ field }) => {
      const answer = answerOf(row, field);
      return answer === undefined ? [] : [[field.id, answer]];
    }),
  );

/**
 * A feature in a row has the answers of that row in place of the rows of all repeats: a thousand features with a thousand
 * rows each would be a million.
 */
function withRow(layout: Layout, shared: Readonly<Record<string, unknown>>, { data, split }: Row) {
  const { whole, rows } = splitsOf(layout);
  const plain = whole.properties.filter(({ field }) => !rows.has(field.id)).map(({ name }) => [name, shared[name]]);
  const own = split.properties.map(({ name, field }) => [name, answerOf(data, field) ?? null]);
  return Object.fromEntries([...plain, ...own]);
}
