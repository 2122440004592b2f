import { isObject, type JsonObject } from '../forms/given.ts';
import { printInstant } from '../wire/schema.ts';
import type { Filled } from './filled.ts';
import { answerOf, isSpatial, type Layout, rowsOf, type SheetField } from './layout.ts';

/** Submissions as GeoJSON: a feature for each answered field that says where something is or was. */

export interface SheetFeature {
  readonly type: 'Feature';
  /** `<submission>/<field>`; within a repeat `<submission>/<field>/<index of the row>`. */
  readonly id: string;
  readonly geometry: { readonly type: 'Point' | 'LineString'; readonly coordinates: readonly unknown[] };
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Properties that are no fields. */
const own = ['submission_id', 'form_id', 'field_id', 'collected_at', 'row_index', 'telemetry'];

/** The name of the property of a field: its id, unless that is the name of a property that every feature has. */
export function propertyOf(layout: Layout, { id, repeat }: SheetField): string {
  const others = new Set(
    [...layout.fields, ...(repeat === undefined ? [] : layout.fieldsOf(repeat))].map((one) => one.id),
  );
  let name = id;
  while (own.includes(name) || (name !== id && others.has(name))) name += '_';
  return name;
}

interface Place {
  readonly field: SheetField;
  readonly value: JsonObject;
  readonly row?: { readonly index: number; readonly data: JsonObject; readonly repeat: SheetField };
}

function* placesOf(layout: Layout, data: JsonObject): Generator<Place> {
  for (const field of layout.fields) {
    const value = isSpatial(field) ? answerOf(data, field) : undefined;
    if (isObject(value)) yield { field, value };
    if (field.family !== 'repeat') continue;
    const inside = layout.fieldsOf(field.id).filter(isSpatial);
    if (inside.length === 0) continue;
    for (const [index, row] of rowsOf(data, field).entries()) {
      for (const one of inside) {
        const there = answerOf(row, one);
        if (isObject(there)) yield { field: one, value: there, row: { index, data: row, repeat: field } };
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
      ...shared,
      ...(row ? ofRow(layout, row) : {}),
      ...(field.family === 'route' ? { telemetry: telemetryOf(value) } : {}),
    };
    const place = row ? `${id}/${field.id}/${row.index}` : `${id}/${field.id}`;
    yield { type: 'Feature', id: place, geometry: geometryOf(field, value), properties };
  }
}

/** All fields that say no place, by id; null if unanswered. Rows of repeats are objects. */
function answersOf(layout: Layout, data: JsonObject): Record<string, unknown> {
  const fields = layout.fields.filter((field) => !isSpatial(field));
  return Object.fromEntries(
    fields.map((field) => [
      propertyOf(layout, field),
      field.family === 'repeat'
        ? rowsOf(data, field).map((row) => answersOfRow(layout, field, row))
        : (answerOf(data, field) ?? null),
    ]),
  );
}

const answersOfRow = (layout: Layout, repeat: SheetField, row: JsonObject): Record<string, unknown> =>
  Object.fromEntries(
    layout
      .fieldsOf(repeat.id)
      .filter((field) => !isSpatial(field))
      .map((field) => [field.id, answerOf(row, field) ?? null]),
  );

/**
 * A feature in a row has the answers of that row in place of all rows: a thousand features with a thousand rows each
 * would be a million.
 */
function ofRow(layout: Layout, { data, repeat }: NonNullable<Place['row']>): Record<string, unknown> {
  const fields = layout.fieldsOf(repeat.id).filter((field) => !isSpatial(field));
  const answers = fields.map((field) => [propertyOf(layout, field), answerOf(data, field) ?? null]);
  return { [propertyOf(layout, repeat)]: undefined, ...Object.fromEntries(answers) };
}

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function geometryOf({ family }: SheetField, value: JsonObject): SheetFeature['geometry'] {
  if (family === 'geopoint') return { type: 'Point', coordinates: positionOf(value, isKnown(value.altitude)) };
  const points = listOf(value.points);
  const positions = points.map((point) =>
    positionOf(
      point,
      points.every(({ altitude }) => isKnown(altitude)),
    ),
  );
  // A line has two positions at least.
  return { type: 'LineString', coordinates: positions.length === 1 ? [positions[0], positions[0]] : positions };
}

const isKnown = (value: unknown): boolean => value !== undefined && value !== null;

const positionOf = ({ longitude, latitude, altitude }: JsonObject, withAltitude: boolean): unknown[] => [
  longitude,
  latitude,
  ...(withAltitude ? [altitude] : []),
];

/** What a route tells beside its line: arrays have an entry for each point. */
function telemetryOf(route: JsonObject) {
  const points = listOf(route.points);
  const each = (key: string) => points.map((point) => point[key] ?? null);
  return {
    timestamps: each('timestamp'),
    speeds: each('speed'),
    headings: each('heading'),
    accuracies: each('accuracy'),
    altitudes: each('altitude'),
    pauses: listOf(route.pauses),
    started_at: route.started_at ?? null,
    ended_at: route.ended_at ?? null,
    distance_meters: route.distance_meters ?? null,
    duration_seconds: route.duration_seconds ?? null,
  };
}
