import { stringify } from 'csv-stringify/sync';

/** Tables as text: CSV (RFC 4180), or NDJSON, which is one JSON object a line. */

/** A value of a row; an object is a JSON document. */
export type Cell = string | number | boolean | null | object;
export type TableRow = readonly Cell[];

/** Writes rows of a table as text. */
export interface TableFormat {
  /** The end of a file's name. */
  readonly extension: string;
  /** What stands before all rows; empty if nothing does. */
  header(columns: readonly string[]): string;
  rows(columns: readonly string[], rows: readonly TableRow[]): string;
}

/** Spreadsheets run a cell that begins like this as a formula. */
const likeFormula = /^[=@+\-\t\r]/;
const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The text of a cell; no spreadsheet takes it for a formula. */
function neutral(text: string): string {
  return likeFormula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return neutral(typeof cell === 'object' ? JSON.stringify(cell) : String(cell));
}

const options = {
  record_delimiter: '\r\n',
  // The library itself quotes only a whole record delimiter, and readers end a row at one half of it too.
  quoted_match: /[\r\n]/,
};

const csv: TableFormat = {
  extension: 'csv',
  header: (columns) => stringify([columns.map(neutral)], options),
  rows: (_columns, rows) =>
    stringify(
      rows.map((row) => row.map(cellText)),
      options,
    ),
};

const ndjson: TableFormat = {
  extension: 'ndjson',
  header: () => '',
  rows: (columns, rows) =>
    rows.map((row) => `${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i]])))}\n`).join(''),
};

export const tableFormats = { CSV: csv, NDJSON: ndjson } as const;
