import { stringify } from 'csv-stringify/sync';

/** Tables as text: CSV (RFC 4180), or NDJSON, which is one JSON object a line. */

/** A value of a row; an object is a JSON document. */
export type Cell = string | number | boolean | null | object;
export type TableRow = readonly Cell[];

/** Writes rows of a table as text. */
export interface TableFormat {
  /** The end of a file's name. */
  readonly extension: string;
  /** The text before all rows; may be empty. */
  header(columns: readonly string[]): string;
  rows(columns: readonly string[], rows: readonly TableRow[]): string;
}

/** Spreadsheets run a cell that begins like this as a formula. */
const likeFormula = /^[=@+\-\t\r]/;
const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The text of a cell, with a quote before what a spreadsheet would run as a formula. */
function escapedFormula(text: string): string {
  return likeFormula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return escapedFormula(typeof cell === 'object' ? JSON.stringify(cell) : String(cell));
}

const options = {
  record_delimiter: '\r\n',
  // By default the library quotes only complete record delimiters, but readers also end a row at a single CR or LF.
  quoted_match: /[\r\n]/,
};

const csv: TableFormat = {
  extension: 'csv',
  header: (columns) => stringify([columns.map(escapedFormula)], options),
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
