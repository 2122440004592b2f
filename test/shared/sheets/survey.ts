import { parse } from 'csv-parse/sync';
import { readSchema } from '../../../shared/forms/read-schema.ts';
import type { JsonObject } from '../../../shared/json/exact.ts';
import type { Filled } from '../../../shared/sheets/filled.ts';
import { type Layout, LayoutReader } from '../../../shared/sheets/layout.ts';

/** Forms and submissions for the tests of the writers. */

const id = '01957e2b-a423-7c3e-8a51-3f2d6c0e8b11';

/** The layout of a form from the fields of its versions, the newest first. Each version is one that can be published. */
export function layoutOf(...versions: readonly (readonly object[])[]): Layout {
  const reader = new LayoutReader();
  for (const fields of versions) {
    const schema = { title: 'Survey', fields };
    const read = readSchema(schema);
    if (read.failures) throw new Error(JSON.stringify(read.failures));
    reader.add(schema);
  }
  return reader.layout;
}

export const filled = (data: JsonObject, more: Partial<Filled> = {}): Filled => ({
  id,
  formId: '01957e2b-a421-7c3e-8a51-3f2d6c0e8b11',
  collectedAt: Date.parse('2026-03-17T14:35:00Z'),
  receivedAt: Date.parse('2026-03-17T14:35:09.250Z'),
  submittedBy: 'user_0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
  deviceId: null,
  num: 1,
  data,
  media: new Set(),
  ...more,
});

/** A table as another reader reads it. */
export const readCsv = (text: string): string[][] => parse(text, { record_delimiter: '\r\n' });

export const text = (fieldId: string, label: string, more: object = {}) => ({
  id: fieldId,
  type: 'text',
  label,
  ...more,
});
