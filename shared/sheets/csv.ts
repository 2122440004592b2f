import { type Cell, tableFormats } from '../archives/tables.ts';
import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { printInstant } from '../wire/schema.ts';
import type { Filled } from './filled.ts';
import { answerOf, type Layout, rowsOf, type SheetField } from './layout.ts';
import { decimalOf } from './numbers.ts';
import { listOf } from './shapes.ts';

/** Submissions as CSV: one table of all, and one for each repeat. */

/** The text of one table. */
export interface Sheet {
  readonly header: string;
  rowsOf(submission: Filled): string;
}

export const uploadMissing = '[upload_missing]';

const pointKeys = ['latitude', 'longitude', 'altitude', 'accuracy'] as const;
const pointSuffixes = ['_lat', '_lng', '_alt', '_accuracy'] as const;
const leading = ['submission_id', 'collected_at', 'received_at', 'submitted_by', 'device_id', 'version_num'];
const leadingOfRepeat = ['submission_id', 'row_index'];

const { CSV } = tableFormats;
const textOf = (rows: readonly (readonly Cell[])[]): string => CSV.rows([], rows);

const columnsAs = ({ family }: SheetField, name: string): readonly string[] =>
  family === 'geopoint' ? pointSuffixes.map((suffix) => name + suffix) : [name];

/** Two spellings of the same text, composed and decomposed, look equal. */
const same = (name: string): string => name.normalize('NFC');

/** The headers of fields: their labels, with the id behind a label that another column has. */
function headersOf(fields: readonly SheetField[], first: readonly string[]): string[] {
  const taken = new Set(first);
  return fields.flatMap((field) => {
    let name = field.label;
    while (columnsAs(field, name).some((column) => taken.has(same(column)))) name += ` (${field.id})`;
    const columns = columnsAs(field, name);
    for (const column of columns) taken.add(same(column));
    return columns;
  });
}

/** The cells of a field: one, or the four of a point. */
function cellsOf(field: SheetField, value: unknown, media: ReadonlySet<string>): readonly Cell[] {
  if (field.family === 'geopoint') {
    const point = isJsonObject(value) ? value : {};
    return pointKeys.map((key) => (Object.hasOwn(point, key) ? (point[key] as Cell) : null));
  }
  return [value === undefined ? null : cellOf(field, value, media)];
}

function cellOf({ family }: SheetField, value: unknown, media: ReadonlySet<string>): Cell {
  switch (family) {
    case 'select_multiple':
      return Array.isArray(value) ? value.join('|') : (value as Cell);
    case 'select_one_other':
      return isJsonObject(value) ? ((value.other as Cell | undefined) ?? null) : (value as Cell);
    case 'geotrace':
    case 'route':
      return isJsonObject(value) ? lineText(value) : null;
    case 'media':
      return media.has(String(value)) ? (value as string) : uploadMissing;
    default:
      return value as Cell;
  }
}

/** Well-known text. */
function lineText({ points }: JsonObject): string {
  const positions = listOf(points).map(({ longitude, latitude }) => `${decimalOf(longitude)} ${decimalOf(latitude)}`);
  return `LINESTRING (${positions.join(', ')})`;
}

/** The table with one row for each submission. Repeats have tables of their own. */
export function mainSheet(layout: Layout): Sheet {
  const fields = layout.fields.filter(({ family }) => family !== 'repeat');
  return {
    header: textOf([[...leading, ...headersOf(fields, leading)]]),
    rowsOf: ({ id, collectedAt, receivedAt, submittedBy, deviceId, num, data, media }) => {
      const first = [id, printInstant(collectedAt), printInstant(receivedAt), submittedBy, deviceId, num];
      return textOf([[...first, ...fields.flatMap((field) => cellsOf(field, answerOf(data, field), media))]]);
    },
  };
}

/** The table with one row for each row of a repeat; rows count from 0. */
export function repeatSheet(layout: Layout, repeat: SheetField): Sheet {
  const fields = layout.fieldsOf(repeat.id);
  return {
    header: textOf([[...leadingOfRepeat, ...headersOf(fields, leadingOfRepeat)]]),
    rowsOf: ({ id, data, media }) =>
      textOf(
        rowsOf(data, repeat).map((row, i) => [
          id,
          i,
          ...fields.flatMap((field) => cellsOf(field, answerOf(row, field), media)),
        ]),
      ),
  };
}
